/* SPDX-License-Identifier: BSD-2-Clause */
/* Call sites of a known form: `mov $number, %eax; syscall', whatever compilers make of a call. */
#pragma once

#include <stdint.h>

#define SITE_MOV	5	/* bytes */
#define SITE_BYTES	7

/* A function NAME() whose first instruction is a site. */
#define SITE(name, number) \
	long name(long a, long b, long c); \
	extern char name##_behind_mov[]; \
	__asm__(".text; .globl " #name ", " #name "_behind_mov; .balign 16;" #name ": mov $" #number ", %eax;" #name "_behind_mov: syscall; ret; .balign 16")

/* From the site's `syscall' on, with another number. */
static inline long
enter_behind_mov(const char *at, long number)
{
	__asm__ volatile("call *%[at]" : "+a" (number) : [at] "r" (at) : "rcx", "r11", "rdi", "rsi", "rdx", "memory");
	return number;
}
