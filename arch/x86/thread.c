/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads' machine state: frames as user level may have them, FPU areas, and the switch.
 *
 * FPU state is switched eagerly: a thread that uses the FPU has an area of its own and finds its state in the registers; one
 * that declared that it does not runs with CR0.TS set and pays nothing.
 */
#include "arch/x86/cpu.h"
#include "arch/x86/instructions.h"
#include "core/arch.h"
#include "core/cpu.h"
#include "pti_switch.h"

#define FLAGS_USER	(RFLAGS_STATUS | RFLAGS_TF | RFLAGS_DF | RFLAGS_AC | RFLAGS_ID)
#define FXSAVE_MXCSR	24
#define FXSAVE_CONTROL	0
#define MXCSR_DEFAULT	0x1f80
#define X87_DEFAULT	0x037f

static bool
is_canonical(u64 address)
{
	return (u64)((long)(address << 16) >> 16) == address;
}

void
arch_thread_init(struct thread *t)
{
	t->regs = (struct trap_frame){
		.valid = FRAME_GENERAL,
		.cs = SELECTOR_USER_CODE,
		.ss = SELECTOR_USER_DATA,
		.rflags = FRAME_RFLAGS_INITIAL,
	};
	t->fs_base = 0;
	t->gs_base = 0;
}

void
arch_thread_start(struct thread *t, vaddr_t ip, vaddr_t sp, u64 argument)
{
	t->regs.rip = ip;
	t->regs.rsp = sp;
	t->regs.arg[0] = argument;
}

/* The segment bases of the thread that is current are in the CPU alone. */
static void
bases_save(struct thread *t)
{
	if (!cpu_has_fsgsbase)
		return;
	__asm__ volatile("rdfsbase %0" : "=r"(t->fs_base));
	__asm__ volatile("swapgs; rdgsbase %0; swapgs" : "=r"(t->gs_base));
}

static void
bases_load(const struct thread *t)
{
	if (cpu_has_fsgsbase) {
		__asm__ volatile("wrfsbase %0" : : "r"(t->fs_base));
		__asm__ volatile("swapgs; wrgsbase %0; swapgs" : : "r"(t->gs_base));
	} else {
		write_msr(MSR_FS_BASE, t->fs_base);
		write_msr(MSR_KERNEL_GS_BASE, t->gs_base);
	}
}

/* Both at once: user level's GS base is within reach for a moment. */
static inline void
bases_switch(struct thread *prev, const struct thread *next)
{
	u64 gs_base;

	if (!cpu_has_fsgsbase) {
		bases_load(next);
		return;
	}
	__asm__ volatile("rdfsbase %0" : "=r"(prev->fs_base));
	__asm__ volatile("wrfsbase %0" : : "r"(next->fs_base));
	__asm__ volatile("swapgs; rdgsbase %0; wrgsbase %1; swapgs" : "=&r"(gs_base) : "r"(next->gs_base));
	prev->gs_base = gs_base;
}

void
arch_thread_read(const struct thread *t, struct registers *out)
{
	const struct trap_frame *f = &t->regs;

	*out = (struct registers){ .rip = f->rip, .rflags = f->rflags, .rsp = f->rsp };
	if (f->valid & FRAME_GENERAL)
		__builtin_memcpy(out, &f->r15, 15 * sizeof(u64));
	if (t == current_thread())
		bases_save((struct thread *)t);
	out->fs_base = t->fs_base;
	out->gs_base = t->gs_base;
}

/* A frame that only the fast entry wrote has no general registers: from now on they are 0. */
static void
frame_complete(struct trap_frame *f)
{
	if (!(f->valid & FRAME_GENERAL))
		__builtin_memset(&f->r15, 0, 15 * sizeof(u64));
	f->valid = FRAME_GENERAL;		/* and the way back is iretq: rcx and r11 are set, too */
}

static enum status
registers_check(u64 mask, const struct registers *in)
{
	if (mask & ~(u64)REGISTERS_ALL)
		return ERR_BAD_VALUE;
	if (mask & REGISTERS_RIP && in->rip >= USER_END)
		return ERR_BAD_ADDRESS;
	if (mask & REGISTERS_BASES && (!is_canonical(in->fs_base) || !is_canonical(in->gs_base)))
		return ERR_BAD_ADDRESS;
	return OK;
}

enum status
arch_thread_write(struct thread *t, u64 mask, const struct registers *in)
{
	const u64 *from = (const u64 *)in;
	enum status s = registers_check(mask, in);

	if (s)
		return s;
	frame_complete(&t->regs);
	for (u64 left = mask & REGISTERS_GENERAL; left; left &= left - 1)
		(&t->regs.r15)[__builtin_ctzl(left)] = from[__builtin_ctzl(left)];
	if (mask & REGISTERS_RIP)
		t->regs.rip = in->rip;
	if (mask & REGISTERS_RSP)
		t->regs.rsp = in->rsp;
	if (mask & REGISTERS_RFLAGS)
		t->regs.rflags = (in->rflags & FLAGS_USER) | RFLAGS_ONE | RFLAGS_IF;
	if (mask >> 18 & 1)
		t->fs_base = in->fs_base;
	if (mask >> 19 & 1)
		t->gs_base = in->gs_base;
	if (mask & REGISTERS_BASES && t == current_thread())
		bases_load(t);
	return OK;
}

/* --- FPU ------------------------------------------------------------------------------------------------------ */

/* The state that a new thread finds: all registers 0, control words as the ABI has them. */
void
arch_fpu_init(struct thread *t)
{
	char *area = (char *)t + THREAD_FPU_OFFSET;

	*(u16 *)(area + FXSAVE_CONTROL) = X87_DEFAULT;
	*(u32 *)(area + FXSAVE_MXCSR) = MXCSR_DEFAULT;
	t->fpu = area;
}

/* Eager: the registers hold the current thread's state, which is not wanted any more; the next switch loads another. */
void
arch_fpu_drop(struct thread *t)
{
	t->fpu = NULL;
}

static inline void
fpu_save(void *area)
{
	if (cpu_has_xsave)
		__asm__ volatile("xsave64 (%0)" : : "r"(area), "a"(-1), "d"(-1) : "memory");
	else
		__asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory");
}

static inline void
fpu_load(const void *area)
{
	if (cpu_has_xsave)
		__asm__ volatile("xrstor64 (%0)" : : "r"(area), "a"(-1), "d"(-1) : "memory");
	else
		__asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
}

static inline void
fpu_switch(const struct thread *prev, const struct thread *next)
{
	void *from = prev->fpu, *to = next->fpu;

	if (from)
		fpu_save(from);
	else if (to)
		__asm__ volatile("clts");
	if (to)
		fpu_load(to);
	else if (from)
		write_cr0(read_cr0() | CR0_TASK_SWITCHED);
}

/* The processor has FROM's for a moment; so this knows nothing of what an area looks like. */
void
arch_fpu_copy(struct thread *t, struct thread *from)
{
	struct thread *self = current_thread();

	fpu_switch(self, from);
	fpu_switch(t, self);
}

/* --- switch ----------------------------------------------------------------------------------------------------- */

/* The kernel entry stack and the address space of NEXT. */
static inline void
tables_switch(struct cpu *cpu, const struct thread *prev, const struct thread *next)
{
	cpu->arch.tss.rsp[0] = pti_entry_stack(cpu, next);
	if (next->cr3 != prev->cr3) {
		pti_set_tables(cpu, next->cr3);
		write_cr3(next->cr3);
	}
}

void
arch_switch(struct thread *prev, struct thread *next)
{
	fpu_switch(prev, next);
	bases_switch(prev, next);
	tables_switch(this_cpu(), prev, next);
}

/* Where the processor has no instruction to read the bases, the thread's own words are what they are. */
void
arch_switch_through(struct thread *prev, struct thread *next)
{
	bases_save(prev);
	next->fs_base = prev->fs_base;
	next->gs_base = prev->gs_base;
	tables_switch(this_cpu(), prev, next);
}
