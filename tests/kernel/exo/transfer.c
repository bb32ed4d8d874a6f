/* SPDX-License-Identifier: BSD-2-Clause */
/* Protected control transfer: where it ends, what it leaves alone, what it refuses, and what happens when one of the two dies. */
#include <string.h>
#include <exo/calls.h>
#include "child.h"
#include "preserved.h"
#include "tap.h"

enum { FIRST = 1, SECOND, THIRD };		/* slots */

static char stacks[4][CHILD_STACK] __attribute__((aligned(16)));
static uint64_t own_name, name[4];
static volatile uint64_t seen, status_seen;

/*
 * uint64_t transfer_to(uint64_t name): the caller's name if somebody came back, with what is in `status_seen` else.  Before it, each register
 * gets a value of its own, and `returned` has them afterwards.
 */
uint64_t transfer_to(uint64_t target);
extern char client_entry[], echo_entry[];

struct all {
	uint64_t rax, rbx, rbp, rsi, rdi, rdx, r8, r9, r10, r12, r13, r14, r15, rsp, flags, rcx, r11, fs;
	uint64_t xmm;
};
struct all sent, echoed, came;			/* as set before, as the target saw them, as they came back */

__asm__(".text\n"
	".macro record where\n"
	"	mov	%rax, \\where(%rip)\n"
	"	mov	%rbx, \\where+8(%rip)\n"
	"	mov	%rbp, \\where+16(%rip)\n"
	"	mov	%rsi, \\where+24(%rip)\n"
	"	mov	%rdi, \\where+32(%rip)\n"
	"	mov	%rdx, \\where+40(%rip)\n"
	"	mov	%r8, \\where+48(%rip)\n"
	"	mov	%r9, \\where+56(%rip)\n"
	"	mov	%r10, \\where+64(%rip)\n"
	"	mov	%r12, \\where+72(%rip)\n"
	"	mov	%r13, \\where+80(%rip)\n"
	"	mov	%r14, \\where+88(%rip)\n"
	"	mov	%r15, \\where+96(%rip)\n"
	"	mov	%rsp, \\where+104(%rip)\n"
	"	mov	%rcx, \\where+120(%rip)\n"
	"	mov	%r11, \\where+128(%rip)\n"
	"	movq	%xmm7, \\where+144(%rip)\n"
	"	mov	%rsp, %r11\n"
	"	lea	scratch+64(%rip), %rsp\n"
	"	pushf\n"
	"	pop	\\where+112(%rip)\n"
	"	mov	%r11, %rsp\n"
	"	mov	%fs:0, %r11\n"
	"	mov	%r11, \\where+136(%rip)\n"
	".endm\n"
	"transfer_to:\n"
	PUSH_PRESERVED
	"	mov	$0x1111111111111111, %rbx\n"
	"	mov	$0x2222222222222222, %rbp\n"
	"	mov	$0x3333333333333333, %rsi\n"
	"	mov	$0x4444444444444444, %rdx\n"
	"	mov	$0x5555555555555555, %r8\n"
	"	mov	$0x6666666666666666, %r9\n"
	"	mov	$0x7777777777777777, %r10\n"
	"	mov	$0x8888888888888888, %r12\n"
	"	mov	$0x9999999999999999, %r13\n"
	"	mov	$0xaaaaaaaaaaaaaaaa, %r14\n"
	"	mov	$0xbbbbbbbbbbbbbbbb, %r15\n"
	"	movq	%r15, %xmm7\n"
	"	mov	$6, %eax\n"			/* CALL_TRANSFER, asserted below */
	"	record	sent\n"
	"	std\n"
	"	syscall\n"
	"	cld\n"
	"	mov	%rax, status_seen(%rip)\n"	/* an error */
	"	xor	%eax, %eax\n"
	"	jmp	1f\n"
	"client_entry:\n"
	"	record	came\n"
	"1:	pop	%r15\n"
	"	pop	%r14\n"
	"	pop	%r13\n"
	"	pop	%r12\n"
	"	pop	%rbp\n"
	"	pop	%rbx\n"
	"	ret\n"
	"echo_entry:\n"
	"	record	echoed\n"
	"	incq	seen(%rip)\n"
	"	mov	%rax, %rdi\n"
	"	mov	$6, %eax\n"
	"	syscall\n"
	"	ud2\n");
_Static_assert(CALL_TRANSFER == 6, "the number in transfer_to");
char scratch[64] __attribute__((used));

static const uint64_t flags_that_matter = 0x400 | 0x100 | 0x40000 | 0x4000;

/* Where nothing of the C library is. */
static void
echo(uint64_t unused __attribute__((unused)))
{
	uint64_t ignored;

	call_entry((uintptr_t)echo_entry, &ignored);
	call_park();
	__builtin_trap();			/* it is entered at its entry alone */
}

static void
test_nobody(void)
{
	tap_status(call_transfer(0), ERR_NOT_FOUND);
	tap_status(call_transfer(~0ul), ERR_NOT_FOUND);
	tap_status(call_transfer(name[FIRST] + 1), ERR_NOT_FOUND);
	tap_status(call_transfer(name[FIRST] + 0x10000), ERR_NOT_FOUND);
	tap_status(call_transfer(own_name), ERR_WRONG_STATE);
	uint64_t ignored;
	tap_status(call_entry(0x800000000000, &ignored), ERR_BAD_ADDRESS);
}

static void
test_registers(void)
{
	seen = 0;
	tap_equal(transfer_to(name[FIRST]), name[FIRST]);
	tap_equal(seen, 1);
	tap_equal(echoed.rax, own_name);
	tap_equal(echoed.rcx, (uintptr_t)echo_entry);
	tap_equal(echoed.flags & flags_that_matter, 0);
	tap_ok(!memcmp(&sent.rbx, &echoed.rbx, offsetof(struct all, flags) - offsetof(struct all, rbx)),
	       "the target finds the caller's registers, the stack pointer among them");
	tap_equal(echoed.xmm, sent.xmm);
	tap_equal(echoed.fs, sent.fs);
	tap_equal(came.rax, name[FIRST]);
	tap_equal(came.rdi, own_name);
	tap_equal(came.rbx, sent.rbx);
	tap_equal(came.xmm, sent.xmm);
	tap_equal(came.fs, sent.fs);
	for (int i = 0; i < 1000; i++)
		transfer_to(name[FIRST]);
	tap_equal(seen, 1001);
}

/* --- another space -------------------------------------------------------------------------------------------------- */

static char page_own[4096] __attribute__((aligned(4096))), page_other[4096] __attribute__((aligned(4096)));
#define PRIVATE	0x100000000ul		/* where the two spaces have different pages */

static void
reads_private(uint64_t unused __attribute__((unused)))
{
	seen = *(volatile uint64_t *)PRIVATE;
	call_yield();
	__builtin_trap();
}

static void
test_space(void)
{
	page_other[0] = 42;
	tap_status(call_space_share(SECOND, PRIVATE, (uintptr_t)page_other, 1, RIGHT_READ), OK);
	tap_status(call_space_share(SECOND, PRIVATE, (uintptr_t)page_own, 1, RIGHT_READ), ERR_EXISTS);
	tap_status(call_space_share(SECOND, PRIVATE + 4096, (uintptr_t)page_own, 1, RIGHT_WRITE), ERR_BAD_VALUE);
	tap_status(call_space_share(SECOND, PRIVATE + 1, (uintptr_t)page_own, 1, RIGHT_READ), ERR_BAD_ADDRESS);
	tap_status(call_space_share(17, PRIVATE, (uintptr_t)page_own, 1, RIGHT_READ), ERR_NO_CAP);
}

/* --- states ---------------------------------------------------------------------------------------------------------- */

/* Entered: cannot park, since the share is the caller's.  Then faults. */
static void
faulting_entry(void)
{
	seen = call_park();
	__builtin_trap();
}

static void
faulter(uint64_t unused __attribute__((unused)))
{
	uint64_t ignored;

	call_entry((uintptr_t)faulting_entry, &ignored);
	call_park();
}

static void
test_target_dies(void)
{
	tap_status(call_transfer(name[SECOND]), ERR_WRONG_STATE);		/* not started */
	tap_status(child_start(SECOND, stacks[SECOND], faulter, 0), OK);
	tap_status(call_transfer(name[SECOND]), ERR_WRONG_STATE);		/* not parked */
	call_yield();
	tap_equal(transfer_to(name[SECOND]), 0);				/* which keeps the registers that are lost then */
	tap_equal(status_seen, ERR_CANCELLED);
	tap_equal(seen, ERR_WRONG_STATE);
	tap_status(call_transfer(name[SECOND]), ERR_NOT_FOUND);
	tap_status(call_yield(), OK);
}

/* FIRST is entered by THIRD and yields; THIRD is destroyed meanwhile. */
static void
yielding_entry(void)
{
	seen = 1;
	call_yield();
	seen = 2;
	call_park();
}

static void
yielder(uint64_t unused __attribute__((unused)))
{
	uint64_t ignored;

	call_entry((uintptr_t)yielding_entry, &ignored);
	call_park();
}

static void
caller(uint64_t target)
{
	status_seen = call_transfer(target);
}

static void
test_caller_dies(void)
{
	tap_status(child_make(SECOND, &name[SECOND]), OK);
	tap_status(child_make(THIRD, &name[THIRD]), OK);
	tap_status(child_start(SECOND, stacks[SECOND], yielder, 0), OK);
	call_yield();
	tap_status(child_start(THIRD, stacks[THIRD], caller, name[SECOND]), OK);
	seen = 0;
	call_yield();
	tap_equal(seen, 1);
	tap_status(call_destroy(THIRD), OK);
	call_yield();
	tap_equal(seen, 2);
	tap_status(call_transfer(name[THIRD]), ERR_NOT_FOUND);
}

/*
 * FIRST transfers to SECOND, which yields there; this one transfers to FIRST, which yields on this one's slices; meanwhile THIRD destroys SECOND.  FIRST's
 * own share is nobody's then, as after a park; it comes back, and can be entered again.
 */
extern char come_back_entry[];
static void
go_back_later(uint64_t unused __attribute__((unused)))
{
	uint64_t ignored;

	call_entry((uintptr_t)come_back_entry, &ignored);
	call_transfer(name[SECOND]);
	__builtin_trap();
}

/* Entered: yields, and comes back. */
__asm__(".text\n"
	"come_back_entry:\n"
	"	mov	%rax, %rbx\n"
	"	mov	$9, %eax\n"			/* CALL_YIELD */
	"	syscall\n"
	"	mov	%rbx, %rdi\n"
	"	mov	$6, %eax\n"
	"	syscall\n"
	"	ud2\n");
_Static_assert(CALL_YIELD == 9, "the number above");

/* Has a slice of its own, in which it destroys. */
static void
killer(uint64_t unused __attribute__((unused)))
{
	seen = call_destroy(1);
	for (;;)
		call_yield();
}

static void
test_owner_was_entered(void)
{
	tap_status(child_make(FIRST, &name[FIRST]), OK);
	tap_status(child_make(SECOND, &name[SECOND]), OK);
	tap_status(child_make(THIRD, &name[THIRD]), OK);
	tap_status(call_cap_copy(SECOND, THIRD, 1, RIGHTS_ALL), OK);
	tap_status(child_start(SECOND, stacks[SECOND], yielder, 0), OK);
	call_yield();
	tap_status(child_start(FIRST, stacks[FIRST], go_back_later, 0), OK);
	call_yield();				/* SECOND runs on FIRST's share now, and yields there */
	tap_status(child_start(THIRD, stacks[THIRD], killer, 0), OK);
	tap_equal(transfer_to(name[FIRST]), name[FIRST]);
	tap_equal(seen, OK);
	tap_equal(transfer_to(name[FIRST]), name[FIRST]);	/* parked, and can be entered again */
	tap_status(call_destroy(THIRD), OK);
	tap_status(call_destroy(FIRST), OK);
}

static void
test_names(void)
{
	uint64_t old = name[SECOND];

	tap_status(call_environment_create(SECOND, &name[SECOND]), ERR_EXISTS);
	tap_status(call_environment_start(SECOND, 0, 0, 0), ERR_WRONG_STATE);
	tap_status(call_destroy(SECOND), OK);
	tap_status(call_destroy(SECOND), ERR_NO_CAP);
	tap_status(child_make(SECOND, &name[SECOND]), OK);
	tap_ok((old & 0xffff) == (name[SECOND] & 0xffff) && old != name[SECOND], "the same index, another generation");
	tap_status(call_transfer(old), ERR_NOT_FOUND);
	tap_status(call_environment_start(SECOND, 0, 0, 0), ERR_BAD_ADDRESS);
	tap_status(call_space_create(SECOND), ERR_EXISTS);
	tap_status(call_space_fund(99, 1), ERR_NO_CAP);
	tap_status(call_space_fund(SECOND, ~0ul >> 1), ERR_LIMIT);
}

static void
test_bare_space(void)
{
	uint64_t ignored;

	tap_status(call_space_create(THIRD), OK);
	tap_status(call_environment_create(THIRD, &ignored), ERR_NO_KMEM);
	tap_status(call_environment_start(THIRD, 4096, 0, 0), ERR_WRONG_STATE);
	tap_status(call_space_share(THIRD, PRIVATE, (uintptr_t)page_own, 1, RIGHT_READ), ERR_NO_KMEM);
	tap_status(call_destroy(THIRD), OK);
}

int
main(void)
{
	tap_status(call_entry((uintptr_t)client_entry, &own_name), OK);
	tap_status(child_make(FIRST, &name[FIRST]), OK);
	tap_status(child_start(FIRST, stacks[FIRST], echo, 0), OK);
	call_yield();
	test_nobody();
	test_registers();

	tap_status(child_make(SECOND, &name[SECOND]), OK);
	test_space();
	test_target_dies();
	tap_status(call_destroy(SECOND), OK);
	tap_status(child_make(SECOND, &name[SECOND]), OK);
	tap_status(call_space_share(SECOND, PRIVATE, (uintptr_t)page_other, 1, RIGHT_READ), OK);
	tap_status(child_start(SECOND, stacks[SECOND], reads_private, 0), OK);
	call_yield();
	tap_equal(seen, 42);
	tap_status(call_destroy(SECOND), OK);

	test_caller_dies();
	tap_status(call_destroy(FIRST), OK);
	tap_status(call_destroy(SECOND), OK);
	test_owner_was_entered();
	tap_status(child_make(SECOND, &name[SECOND]), OK);
	tap_status(child_start(SECOND, stacks[SECOND], yielder, 0), OK);
	test_names();
	test_bare_space();
	tap_done();
}
