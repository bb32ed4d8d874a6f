/* SPDX-License-Identifier: BSD-2-Clause */
/* A thread's user registers, as exchange-registers calls and fault messages show them. */
#pragma once

#include <stdint.h>

struct registers {
	uint64_t r15, r14, r13, r12, rbp, rbx;
	uint64_t r11, rcx, rax;
	uint64_t rdi, rsi, rdx, r10, r8, r9;
	uint64_t rip, rflags, rsp;
	uint64_t fs_base, gs_base;
};

/* Write masks: one bit a word of struct registers, in its order. */
#define REGISTERS_GENERAL	0x7fffu			/* r15 .. r9 */
#define REGISTERS_RAX		(1u << 8)
#define REGISTERS_RDI		(1u << 9)
#define REGISTERS_RSI		(1u << 10)
#define REGISTERS_RDX		(1u << 11)
#define REGISTERS_RIP		(1u << 15)
#define REGISTERS_RFLAGS	(1u << 16)
#define REGISTERS_RSP		(1u << 17)
#define REGISTERS_FS_BASE	(1u << 18)
#define REGISTERS_GS_BASE	(1u << 19)
#define REGISTERS_BASES		(REGISTERS_FS_BASE | REGISTERS_GS_BASE)
#define REGISTERS_ALL		0xfffffu
