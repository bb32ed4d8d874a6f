/* SPDX-License-Identifier: BSD-2-Clause */
/* Page-table isolation, not built: traps save straight into the thread, one set of tables. */
#pragma once

static inline u64
pti_entry_stack(const struct cpu *cpu, const struct thread *next)
{
	return (u64)&next->regs + sizeof(next->regs);
}

static inline void
pti_set_tables(struct cpu *cpu, u64 cr3)
{
}
