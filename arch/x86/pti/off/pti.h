/* SPDX-License-Identifier: BSD-2-Clause */
/* Page-table isolation, not built: user level runs on the kernel's tables and entry and exit have nothing to do. */
	.macro pti_enter_syscall
	.endm
	.macro pti_exit_sysret
	.endm
	.macro pti_enter_trap
	.endm
	.macro pti_enter_debug
	.endm
	.macro pti_enter_iret
	.endm
	.macro pti_enter_paranoid
	.endm
	.macro pti_exit_paranoid
	.endm
	.macro pti_iret_stack
	.endm
	.macro pti_exit_iret
	.endm
