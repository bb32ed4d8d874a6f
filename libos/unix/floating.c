/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point registers.  The library uses none: those of the task that an environment has are in the processor, or kept by the kernel while another environment runs.
 * Those of its other tasks are above their library stacks, so that nothing is saved but when an environment changes between tasks.
 */
#include <stdarg.h>
#include <stdio.h>
#include <janus/layout.h>
#include <unix/arena.h>
#include <unix/process.h>
#include "domain.h"

#define BASIC	512		/* fxsave's area: there is no xsave */

/* What the first program and each new one finds: with xsave, all that it does not have is as after a reset. */
static const struct {
	uint16_t control;
	char pad[22];
	uint32_t sse_control;
	char rest[548];
} fresh __attribute__((aligned(64))) = { .control = 0x37f, .sse_control = 0x1f80 };
_Static_assert(sizeof(fresh) == BASIC + 64, "with xsave's header");

static void
load(const void *area)
{
	if (shared->process.fpu_bytes > BASIC)
		__asm__ volatile("xrstor64 (%0)" : : "r"(area), "a"(-1), "d"(-1) : "memory");
	else
		__asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
}

void
floating_save(const struct task *t)
{
	if (shared->process.fpu_bytes > BASIC)
		__asm__ volatile("xsave64 (%0)" : : "r"(t->host.stack), "a"(-1), "d"(-1) : "memory");
	else
		__asm__ volatile("fxsave64 (%0)" : : "r"(t->host.stack) : "memory");
}

void
floating_load(const struct task *t)
{
	load((const void *)t->host.stack);
}

void
floating_fresh(void)
{
	load(&fresh);
}

/*
 * The C library's do use some.  And they look at its thread block, behind the FS base, which is the program's or nothing: meanwhile it is the domain, where they find what is always the same.
 * The manager is a program like others, on the stack that it began with, and has a thread block, also before there is a domain.
 */
int __real_vsnprintf(char *to, size_t bytes, const char *format, va_list arguments);
int __wrap_vsnprintf(char *to, size_t bytes, const char *format, va_list arguments);

int
__wrap_vsnprintf(char *to, size_t bytes, const char *format, va_list arguments)
{
	uint64_t base = fs_base(), stack = (uintptr_t)__builtin_frame_address(0);

	if (stack < USER_STACK_TOP && stack >= USER_STACK_TOP - USER_STACK_BYTES)
		return __real_vsnprintf(to, bytes, format, arguments);
	if (own->task)
		floating_save(own->task);
	fs_base_set(UNIX_DOMAIN);
	int length = __real_vsnprintf(to, bytes, format, arguments);
	fs_base_set(base);
	if (own->task)
		floating_load(own->task);
	return length;
}
