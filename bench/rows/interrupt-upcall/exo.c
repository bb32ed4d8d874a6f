/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"
#include "interval.h"

#include <exo/calls.h>
#include <exo/stubs.h>
#include <exo/upcall.h>

#define LINE		8		/* the PC's clock, 1,024 times a second */
#define PORT		0x70
#define CAUSE		0x0c
#define PORTS_SLOT	60
#define LINE_SLOT	61

struct save_area area __attribute__((used));
static uint64_t kept[10] __attribute__((used));
static const uint32_t number __attribute__((used)) = CALL_INTERRUPT_TAKE;

/* Keeps what the call takes and gives, makes it, and goes back. */
extern char line_entry[], line_back[], line_back_end[];
__asm__ (
	"line_entry:\n"
	"	mov	%rax, kept(%rip)\n"
	"	mov	%rcx, kept+8(%rip)\n"
	"	mov	%r11, kept+16(%rip)\n"
	"	mov	%rdi, kept+24(%rip)\n"
	"	mov	%rsi, kept+32(%rip)\n"
	"	mov	number(%rip), %eax\n"
	"	syscall\n"
	"	mov	kept+32(%rip), %rsi\n"
	"	mov	kept+24(%rip), %rdi\n"
	"	mov	kept+16(%rip), %r11\n"
	"	mov	kept+8(%rip), %rcx\n"
	"	mov	kept(%rip), %rax\n"
	"line_back:\n"
	UPCALL_WAY_BACK("area", "(%rip)")
	"line_back_end:\n"
);

#define LEAST		300		/* what an interrupt that finds nothing due costs is less */

static int64_t undisturbed;	/* between two readings when nothing comes between */
static uint64_t ports, ports_mac;

static void
clock_register(uint64_t index, bool write, uint64_t value)
{
	uint64_t ignored;

	call_port_out(ports, ports_mac, PORT, 1, index);
	if (write)
		call_port_out(ports, ports_mac, PORT + 1, 1, value);
	else
		call_port_in(ports, ports_mac, PORT + 1, 1, &ignored);
}

static void
setup(void)
{
	uint64_t line = 0, mac = 0;

	undisturbed = interval(1);
	if (call_ports_create(PORT, 2, PORTS_SLOT, &ports, &ports_mac) || call_irq_create(LINE, 0, LINE_SLOT, &line, &mac) || call_irq_attach(line, mac))
		bench_fail("the line cannot be had");
	if (call_interrupt_context((uintptr_t)&area, (uintptr_t)line_entry, (uintptr_t)line_back, (uintptr_t)line_back_end, EVENT_INTERRUPT))
		bench_fail("the kernel takes no interrupt context");
	clock_register(0x0b, true, 0x42);
}

/* Let it fire once more, and wait for that. */
static int64_t
sample(void)
{
	clock_register(CAUSE, false, 0);
	return interval(LEAST) - undisturbed;
}

static void
teardown(void)
{
	clock_register(0x0b, true, 2);
	call_interrupt_context(0, 0, 0, 0, 0);
}

const struct benchmark benchmark = { .setup = setup, .sample = sample, .teardown = teardown };
