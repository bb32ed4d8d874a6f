/* SPDX-License-Identifier: BSD-2-Clause */
/* environment_stop: whatever an environment does, its maker can stop it, has its registers, and lets another go on in the same space, where it was. */
#include <janus/registers.h>
#include <janus/slots.h>
#include "child.h"
#include "tap.h"

enum { CHILD = 1, EMPTY = 2 };

static char stack[CHILD_STACK] __attribute__((aligned(16)));
struct registers regs;
volatile uint64_t counted, behind;
static uint64_t name;
extern char counting[], counting_end[], faulting[], resumed[];

/* Counts in rbx and in memory, which differ by one at most; or faults, and has 7 in r12.  resumed: with what these need of the registers. */
__asm__(".text\n"
	"counting:\n"
	"	xor	%ebx, %ebx\n"
	"1:	inc	%rbx\n"
	"	mov	%rbx, counted(%rip)\n"
	"	jmp	1b\n"
	"counting_end:\n"
	"faulting:\n"
	"	mov	$7, %r12d\n"
	"	ud2\n"
	"	mov	%r12, behind(%rip)\n"
	"1:	jmp	1b\n"
	"resumed:\n"
	"	mov	regs+24(%rip), %r12\n"
	"	mov	regs+40(%rip), %rbx\n"
	"	jmp	*regs+120(%rip)\n");

static void
start(const char *code)
{
	tap_status(child_make(CHILD, &name), OK);
	tap_status(child_start(CHILD, stack, (void (*)(uint64_t))(uintptr_t)code, 0), OK);
	call_yield();
}

static void
again(void)
{
	uint64_t before = name;

	tap_status(call_environment_create(CHILD, &name), OK);
	tap_ok(name != before, "another name");
	tap_status(call_transfer(before), ERR_NOT_FOUND);
	tap_status(child_start(CHILD, stack, (void (*)(uint64_t))(uintptr_t)resumed, 0), OK);
	call_yield();
}

static void
test_running(void)
{
	start(counting);
	for (unsigned times = 0; times < 5; times++) {
		tap_status(call_environment_stop(CHILD, (uintptr_t)&regs), OK);
		tap_ok(regs.rip >= (uintptr_t)counting && regs.rip < (uintptr_t)counting_end, "where it was");
		tap_ok(regs.rbx - counted <= 1, "and what it counted");
		tap_equal(regs.rsp, (uintptr_t)stack + CHILD_STACK - 8);
		uint64_t before = counted;
		call_yield();
		tap_equal(counted, before);
		again();
		tap_ok(counted > before, "it goes on");
	}
	tap_status(call_destroy(CHILD), OK);
}

/* Stopped by the kernel, since it cannot be told of its fault: the same. */
static void
test_faulted(void)
{
	start(faulting);
	tap_status(call_environment_stop(CHILD, (uintptr_t)&regs), OK);
	tap_equal(regs.r12, 7);
	tap_equal(*(uint16_t *)regs.rip, 0x0b0f);
	regs.rip += 2;
	again();
	tap_equal(behind, 7);
	tap_status(call_destroy(CHILD), OK);
}

static void
test_errors(void)
{
	tap_status(call_space_create(EMPTY), OK);
	tap_status(call_environment_stop(EMPTY, (uintptr_t)&regs), ERR_WRONG_STATE);
	tap_status(call_environment_stop(SLOT_OWN, (uintptr_t)&regs), ERR_WRONG_STATE);
	tap_status(call_environment_stop(EMPTY + 1, (uintptr_t)&regs), ERR_NO_CAP);
	tap_status(call_cap_copy(EMPTY, SLOT_OWN, EMPTY + 1, RIGHT_DESTROY), OK);
	tap_status(call_environment_stop(EMPTY + 1, (uintptr_t)&regs), ERR_NO_RIGHT);
	tap_status(call_destroy(EMPTY), OK);
	tap_status(child_make(CHILD, &name), OK);
	tap_status(call_environment_stop(CHILD, 0), ERR_BAD_ADDRESS);
	tap_status(call_environment_stop(CHILD, (uintptr_t)&regs), OK);	/* one that never ran */
	tap_status(call_environment_stop(CHILD, (uintptr_t)&regs), ERR_WRONG_STATE);
	tap_status(call_destroy(CHILD), OK);
}

int
main(void)
{
	test_running();
	test_faulted();
	test_errors();
	tap_done();
}
