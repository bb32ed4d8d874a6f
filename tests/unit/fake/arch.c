/* SPDX-License-Identifier: BSD-2-Clause */
/* What core/arch.h asks of an architecture, on the fake machine: page tables and TLB are in tlb.c. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "core/arch.h"
#include "core/cpu.h"
#include "fake/machine.h"

struct cpu *
this_cpu(void)
{
	return &boot_cpu;
}

struct thread *
current_thread(void)
{
	return boot_cpu.current;
}

/* --- start, end, console: the log goes to stderr, TAP keeps stdout to itself ------------------------------------- */

void
arch_cpu_init(void)
{
}

void
arch_init(void)
{
}

__attribute__((weak)) void
arch_enter_user(void)
{
	abort();		/* there is no user level here */
}

void
arch_idle(void)
{
}

__attribute__((weak)) void
arch_exit(int code)
{
	machine.exit_code = code;
	abort();
}

__attribute__((weak)) void
arch_console_write(const char *text, size_t bytes)
{
	if (!machine.quiet && write(STDERR_FILENO, text, bytes) < 0)
		abort();
}

int
arch_console_read(void)
{
	return -1;
}

/* --- physical memory, devices -------------------------------------------------------------------------------------- */

void
arch_clear_page(void *page)
{
	machine.cleared_pages++;
	memset(page, 0, PAGE_SIZE);
}

paddr_t
arch_physical_limit(void)
{
	return FAKE_PHYSICAL_LIMIT;
}

bool
arch_kernel_device(paddr_t base, u64 pages)
{
	return base <= FAKE_KERNEL_DEVICE && FAKE_KERNEL_DEVICE - base < pages * PAGE_SIZE;
}

bool
arch_kernel_ports(u16 first, u32 count)
{
	return first < FAKE_KERNEL_PORT + 2 && first + count > FAKE_KERNEL_PORT;
}

enum status
arch_port_in(u16 port, unsigned bytes, u32 *value)
{
	*value = machine_ports[port] & (0xffffffffu >> (32 - 8 * bytes));
	return OK;
}

enum status
arch_port_out(u16 port, unsigned bytes, u32 value)
{
	machine_ports[port] = value & (0xffffffffu >> (32 - 8 * bytes));
	return OK;
}

/* --- time, interrupts, randomness ----------------------------------------------------------------------------------- */

u64
arch_clock_hz(void)
{
	return 1000000000;
}

void
arch_timer_set(u64 deadline, u64 now)
{
	machine.timer = deadline;
}

/* preempt_point counts steps before it asks; here it is made to ask at every one. */
bool
arch_interrupt_pending(void)
{
	boot_cpu.steps = 1;
	machine.looks++;
	if (machine.preempt_seed) {
		machine.preempt_seed = machine.preempt_seed * 6364136223846793005u + 1442695040888963407u;
		return machine.preempt_seed >> 62 == 0;
	}
	return machine.preempt_every && machine.looks % machine.preempt_every == 0;
}

u32
arch_irq_lines(void)
{
	return FAKE_IRQ_LINES;
}

enum status
arch_irq_setup(u32 line, bool level)
{
	if (line >= FAKE_IRQ_LINES)
		return ERR_BAD_VALUE;
	if (line == FAKE_KERNEL_IRQ)
		return ERR_EXISTS;
	machine_irqs[line] = (struct machine_irq){ .set_up = true, .level = level, .masked = true };
	return OK;
}

void
arch_irq_mask(u32 line)
{
	machine_irqs[line].masked = true;
}

void
arch_irq_unmask(u32 line)
{
	machine_irqs[line].masked = false;
}

bool
arch_random(u64 *out)
{
	*out = 0x0123456789abcdef;
	return !machine.no_random;
}

/* --- threads ----------------------------------------------------------------------------------------------------------- */

void
arch_thread_init(struct thread *t)
{
	t->regs = (struct trap_frame){ .valid = FRAME_GENERAL };
	t->fs_base = t->gs_base = 0;
}

void
arch_thread_start(struct thread *t, vaddr_t ip, vaddr_t sp, u64 argument)
{
	t->regs.rip = ip;
	t->regs.rsp = sp;
	t->regs.arg[0] = argument;
}

void
arch_thread_read(const struct thread *t, struct registers *out)
{
	*out = (struct registers){ .rip = t->regs.rip, .rflags = t->regs.rflags, .rsp = t->regs.rsp };
	if (t->regs.valid & FRAME_GENERAL)
		memcpy(out, &t->regs.r15, 15 * sizeof(u64));
	out->fs_base = t->fs_base;
	out->gs_base = t->gs_base;
}

static enum status
registers_check(u64 mask, const struct registers *in)
{
	if (mask & ~(u64)REGISTERS_ALL)
		return ERR_BAD_VALUE;
	return mask & REGISTERS_RIP && in->rip >= USER_END ? ERR_BAD_ADDRESS : OK;
}

enum status
arch_thread_write(struct thread *t, u64 mask, const struct registers *in)
{
	const u64 *from = (const u64 *)in;
	enum status s = registers_check(mask, in);

	if (s)
		return s;
	if (!(t->regs.valid & FRAME_GENERAL))
		memset(&t->regs.r15, 0, 15 * sizeof(u64));
	t->regs.valid = FRAME_GENERAL;
	u64 *to[20] = { [15] = &t->regs.rip, &t->regs.rflags, &t->regs.rsp, &t->fs_base, &t->gs_base };
	for (unsigned i = 0; i < 15; i++)
		to[i] = &t->regs.r15 + i;
	for (unsigned i = 0; i < ARRAY_SIZE(to); i++)
		if (mask >> i & 1)
			*to[i] = from[i];
	return OK;
}

void
arch_fpu_init(struct thread *t)
{
	t->fpu = memset((u8 *)t + THREAD_FPU_OFFSET, 0, FAKE_FPU_BYTES);
}

void
arch_fpu_copy(struct thread *t, struct thread *from)
{
	memcpy(t->fpu, from->fpu, FAKE_FPU_BYTES);
}

void
arch_fpu_drop(struct thread *t)
{
	t->fpu = NULL;
}

void
arch_switch(struct thread *prev, struct thread *next)
{
	boot_cpu.arch.loaded = next;
	machine.switches++;
}

/* --- user memory of the current space -------------------------------------------------------------------------------------- */

static enum status
user_copy(vaddr_t user, void *kernel, size_t bytes, unsigned rights)
{
	while (bytes) {
		size_t part = PAGE_SIZE - (user & PAGE_MASK);
		paddr_t pa;

		if (part > bytes)
			part = bytes;
		if (user >= USER_END || machine_touch(current_thread()->space, user, rights, &pa))
			return ERR_BAD_ADDRESS;
		if (rights & RIGHT_WRITE)
			memcpy(arch_direct(pa), kernel, part);
		else
			memcpy(kernel, arch_direct(pa), part);
		user += part;
		kernel = (char *)kernel + part;
		bytes -= part;
	}
	return OK;
}

enum status
arch_copy_from_user(void *to, vaddr_t from, size_t bytes)
{
	return user_copy(from, to, bytes, RIGHT_READ);
}

enum status
arch_copy_to_user(vaddr_t to, const void *from, size_t bytes)
{
	return user_copy(to, (void *)from, bytes, RIGHT_WRITE);
}

/* --- panic: the host's sanitizers print better ones --------------------------------------------------------------------------- */

__attribute__((weak)) void
arch_backtrace(const struct trap_frame *trap, void (*fn)(vaddr_t pc), unsigned limit)
{
	if (limit)
		fn((vaddr_t)__builtin_return_address(0));
}

__attribute__((weak)) void
arch_trap_describe(const struct trap_frame *trap)
{
}
