/* SPDX-License-Identifier: BSD-2-Clause */
/* Page-table isolation: traps save on the entry stack first; the user tables' root is the page behind the kernel's. */
#pragma once

static inline u64
pti_entry_stack(const struct cpu *cpu, const struct thread *next)
{
	return (u64)&cpu->arch.tss;
}

static inline void
pti_set_tables(struct cpu *cpu, u64 cr3)
{
	cpu->arch.kernel_cr3 = cr3;
	cpu->arch.user_cr3 = pti_user_cr3(cr3);
}
