/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls that every personality has: their limits and errors, and that a call leaves all registers but rax, rcx and r11 alone. */
#include <string.h>
#include <janus/layout.h>
#include <janus/stubs.h>
#include "tap.h"

#define LOG_LIMIT	240
#define NO_SUCH_CALL	10000
#define KERNEL_ADDRESS	0xffffffff80200000ul
#define HOLE_ADDRESS	0x0000800000000000ul

static void
test_log_write(void)
{
	static const char text[LOG_LIMIT + 1] = "# written by the call itself\n";
	char *last = (char *)USER_STACK_TOP - 1;	/* byte of the stack, and of the pages there */

	*last = '\n';
	tap_status(call_log_write((uintptr_t)text, strlen(text)), OK);
	tap_status(call_log_write((uintptr_t)text, 0), OK);
	tap_status(call_log_write((uintptr_t)text, LOG_LIMIT + 1), ERR_BAD_VALUE);
	tap_status(call_log_write((uintptr_t)text, ~0ul), ERR_BAD_VALUE);
	tap_status(call_log_write(0, 1), ERR_BAD_ADDRESS);
	tap_status(call_log_write(KERNEL_ADDRESS, 1), ERR_BAD_ADDRESS);
	tap_status(call_log_write(HOLE_ADDRESS, 1), ERR_BAD_ADDRESS);
	tap_status(call_log_write(~0ul, 1), ERR_BAD_ADDRESS);
	tap_status(call_log_write((uintptr_t)last, 1), OK);
	tap_status(call_log_write((uintptr_t)last, 2), ERR_BAD_ADDRESS);
}

static void
test_fs_base(void)
{
	uint64_t base;

	__asm__("mov %%fs:0, %0" : "=r"(base));
	tap_status(call_thread_fs_base(HOLE_ADDRESS), ERR_BAD_ADDRESS);
	tap_status(call_thread_fs_base(base), OK);
	uint64_t again;
	__asm__ volatile("mov %%fs:0, %0" : "=r"(again));
	tap_equal(again, base);
}

/*
 * Execute call NUMBER with each register that a call keeps set to a value of its own; how many of them have changed.  *RAX is what
 * the call returned.
 */
static unsigned long
registers_changed(unsigned long number, unsigned long *rax)
{
	static unsigned long saved_rbp, saved_rbx;
	unsigned long changed;

	__asm__ volatile(
		"mov	%%rbp, %[rbp]\n"
		"mov	%%rbx, %[rbx]\n"
		"mov	$101, %%edi\n"
		"mov	$102, %%esi\n"
		"mov	$103, %%edx\n"
		"mov	$104, %%ebx\n"
		"mov	$105, %%ebp\n"
		"mov	$108, %%r8d\n"
		"mov	$109, %%r9d\n"
		"mov	$110, %%r10d\n"
		"mov	$112, %%r12d\n"
		"mov	$113, %%r13d\n"
		"mov	$114, %%r14d\n"
		"mov	$115, %%r15d\n"
		"syscall\n"
		"xor	%%ecx, %%ecx\n"
		".macro	count register, value\n"
		"	cmp	$\\value, \\register\n"
		"	je	1f\n"
		"	inc	%%rcx\n"
		"1:\n"
		".endm\n"
		"count	%%rdi, 101\n"
		"count	%%rsi, 102\n"
		"count	%%rdx, 103\n"
		"count	%%rbx, 104\n"
		"count	%%rbp, 105\n"
		"count	%%r8, 108\n"
		"count	%%r9, 109\n"
		"count	%%r10, 110\n"
		"count	%%r12, 112\n"
		"count	%%r13, 113\n"
		"count	%%r14, 114\n"
		"count	%%r15, 115\n"
		".purgem count\n"
		"mov	%[rbp], %%rbp\n"
		"mov	%[rbx], %%rbx\n"
		: "=c"(changed), "+a"(number), [rbp] "+m"(saved_rbp), [rbx] "+m"(saved_rbx)
		:
		: "rdi", "rsi", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
	*rax = number;
	return changed;
}

static void
test_registers(void)
{
	static const struct {
		unsigned long number;
		enum status status;
		const char *what;
	} calls[] = {
		{ CALL_NULL, OK, "null keeps all registers" },
		{ CALL_NULL_FULL, OK, "null_full keeps all registers" },
		{ CALL_LOG_WRITE, ERR_BAD_ADDRESS, "a call that fails keeps all registers" },
		{ NO_SUCH_CALL, ERR_NO_CALL, "a call that there is not keeps all registers" },
		{ ~0ul, ERR_NO_CALL, "call ~0 keeps all registers" },
		{ 1ul << 32, ERR_NO_CALL, "call 2^32 keeps all registers" },
	};

	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		unsigned long rax, changed = registers_changed(calls[i].number, &rax);
		tap_status(rax, calls[i].status);
		tap_ok(changed == 0, calls[i].what);
	}
}

int
main(void)
{
	test_log_write();
	test_fs_base();
	test_registers();
	tap_done();
}
