/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* The kernel proper, called by the architecture's boot code on the final page tables and the CPU's own stack; does not return. */
void kmain(void);
