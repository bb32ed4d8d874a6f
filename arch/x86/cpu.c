/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPU's start: descriptor tables, stacks of their own for what may come at any instruction, system-call registers, and
 * the protection features that the CPU has.
 */
#include "arch/x86/cpu.h"
#include "arch/x86/cpuid.h"
#include "arch/x86/instructions.h"
#include "arch/x86/trap.h"
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "pti_switch.h"

#define ENTRY_DATA	__attribute__((section(".entry.data")))

/* With page-table isolation user level's tables map .entry.data: only what entry and exit need is there. */
struct cpu boot_cpu ENTRY_DATA __attribute__((aligned(PAGE_SIZE)));

static struct thread idle_thread = { .name = "idle", .pending = PENDING_IDLE, .state = THREAD_RUNNABLE };

/* An interrupt gate: 16 bytes. */
struct gate {
	u16 offset_low, selector;
	u8 ist, type;
	u16 offset_middle;
	u32 offset_high, reserved;
};
#define GATE_INTERRUPT	0x8e		/* present, DPL 0, interrupts off */
#define GATE_USER	0xee		/* the same for `int3` by user level */
static struct gate idt[256] ENTRY_DATA __attribute__((aligned(PAGE_SIZE)));

struct table_pointer {
	u16 limit;
	u64 base;
} __attribute__((packed));

bool cpu_has_fsgsbase, cpu_has_xsave, cpu_has_smap, cpu_has_pcid, cpu_has_invpcid;

#define DESCRIPTOR_KERNEL_CODE	0x00af9b000000ffff	/* 64-bit, DPL 0 */
#define DESCRIPTOR_KERNEL_DATA	0x00cf93000000ffff
#define DESCRIPTOR_USER_DATA	0x00cff3000000ffff	/* DPL 3 */
#define DESCRIPTOR_USER_CODE	0x00affb000000ffff	/* 64-bit, DPL 3 */
#define DESCRIPTOR_TSS		0x0000890000000000	/* available, 64-bit */

static void
gdt_load(struct cpu *cpu)
{
	u64 *gdt = cpu->arch.gdt;
	u64 tss = (u64)&cpu->arch.tss;
	struct table_pointer pointer = { sizeof(cpu->arch.gdt) - 1, (u64)gdt };

	gdt[GDT_KERNEL_CODE] = DESCRIPTOR_KERNEL_CODE;
	gdt[GDT_KERNEL_DATA] = DESCRIPTOR_KERNEL_DATA;
	gdt[GDT_USER_DATA] = DESCRIPTOR_USER_DATA;
	gdt[GDT_USER_CODE] = DESCRIPTOR_USER_CODE;
	gdt[GDT_TSS] = DESCRIPTOR_TSS | (sizeof(struct tss) - 1) | (tss & 0xffffff) << 16 | (tss >> 24 & 0xff) << 56;
	gdt[GDT_TSS + 1] = tss >> 32;

	__asm__ volatile("lgdt %0" : : "m"(pointer));
	__asm__ volatile("push %0; lea 1f(%%rip), %%rax; push %%rax; lretq; 1:"
			 : : "i"(SELECTOR_KERNEL_CODE) : "rax", "memory");
	__asm__ volatile("mov %0, %%ss; mov %1, %%ds; mov %1, %%es; mov %1, %%fs; mov %1, %%gs"
			 : : "r"(SELECTOR_KERNEL_DATA), "r"(0));
	__asm__ volatile("ltr %w0" : : "r"(SELECTOR_TSS));
	__asm__ volatile("lldt %w0" : : "r"(0));
}

static void
tss_init(struct cpu *cpu)
{
	cpu->arch.tss.io_bitmap = sizeof(struct tss);
	for (unsigned i = IST_NMI; i < IST_COUNT; i++) {
		struct cpu **end = (struct cpu **)(STACK_TOP(i) - 16);

		*end = cpu;			/* how paranoid_entry finds %gs */
		cpu->arch.tss.ist[i - 1] = (u64)end;
	}
}

static void
gate_set(unsigned vector, u8 type, enum ist ist)
{
	u64 stub = (u64)vector_stubs + 16 * vector;

	idt[vector] = (struct gate){
		.offset_low = stub,
		.selector = SELECTOR_KERNEL_CODE,
		.ist = ist,
		.type = type,
		.offset_middle = stub >> 16,
		.offset_high = stub >> 32,
	};
}

static void
idt_load(void)
{
	struct table_pointer pointer = { sizeof(idt) - 1, (u64)idt };

	for (unsigned v = 0; v < ARRAY_SIZE(idt); v++)
		gate_set(v, GATE_INTERRUPT, IST_NONE);
	gate_set(VECTOR_BREAKPOINT, GATE_USER, IST_NONE);
	gate_set(VECTOR_DEBUG, GATE_INTERRUPT, IST_DEBUG);
	gate_set(VECTOR_NMI, GATE_INTERRUPT, IST_NMI);
	gate_set(VECTOR_DOUBLE_FAULT, GATE_INTERRUPT, IST_DOUBLE_FAULT);
	gate_set(VECTOR_MACHINE_CHECK, GATE_INTERRUPT, IST_MACHINE_CHECK);
	__asm__ volatile("lidt %0" : : "m"(pointer));
}

/* `syscall` and `sysret`: selectors, entry, and the flags that no entry may inherit from user level. */
static void
syscall_init(void)
{
	write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SYSCALL);
	write_msr(MSR_STAR, (u64)SELECTOR_SYSRET << 48 | (u64)SELECTOR_KERNEL_CODE << 32);
	write_msr(MSR_LSTAR, (u64)syscall_entry);
	write_msr(MSR_SFMASK, RFLAGS_TF | RFLAGS_IF | RFLAGS_DF | RFLAGS_IOPL | RFLAGS_NT | RFLAGS_RF | RFLAGS_AC);
}

/* What the CPU may have, the CR4 bit that switches it on, and how bootinfo says so. */
static const struct {
	enum cpu_feature feature;
	u64 cr4;
	u32 boot;
} features[] = {
	{ CPU_SMEP,	CR4_SMEP,	BOOT_FEATURE_SMEP },
	{ CPU_SMAP,	CR4_SMAP,	BOOT_FEATURE_SMAP },
	{ CPU_UMIP,	CR4_UMIP,	BOOT_FEATURE_UMIP },
	{ CPU_FSGSBASE,	CR4_FSGSBASE,	BOOT_FEATURE_FSGSBASE },
	{ CPU_PCID,	CR4_PCID,	BOOT_FEATURE_PCID },
	{ CPU_XSAVE,	CR4_XSAVE,	BOOT_FEATURE_XSAVE },
	{ CPU_MACHINE_CHECK, CR4_MACHINE_CHECK, 0 },
	{ CPU_INVPCID,	0,		BOOT_FEATURE_INVPCID },
	{ CPU_1G_PAGES,	0,		BOOT_FEATURE_1G },
};

/* What every 64-bit processor has, but for emulators that were told otherwise. */
static const struct {
	enum cpu_feature feature;
	const char *name;
} required[] = {
	{ CPU_SYSCALL,	"the syscall instruction" },
	{ CPU_SSE2,	"SSE2" },
};

static void
features_require(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(required); i++)
		if (!cpu_has(required[i].feature))
			boot_refuse("this processor lacks %s; use one that has it", required[i].name);
}

/* A processor whose CPUID was limited to low leaves does not tell how large the state is: it is used as one without. */
static bool
feature_usable(enum cpu_feature feature)
{
	return cpu_has(feature) && (feature != CPU_XSAVE || cpuid(0xd, 0).a);
}

static void
features_enable(void)
{
	u64 cr4 = read_cr4() | CR4_GLOBAL | CR4_DEBUG | CR4_FXSR | CR4_XMM_EXCEPTIONS;

	for (unsigned i = 0; i < ARRAY_SIZE(features); i++)
		if (feature_usable(features[i].feature)) {
			cr4 |= features[i].cr4;
			bootinfo.features |= features[i].boot;
		}
	write_cr4(cr4);
	write_cr0((read_cr0() | CR0_MONITOR_FPU | CR0_FPU_ERROR | CR0_WRITE_PROTECT | CR0_ALIGNMENT | CR0_TASK_SWITCHED) &
		  ~CR0_EMULATE_FPU);
	write_dr7(0x400);			/* no breakpoints; user level has no way to set any */

	cpu_has_smap = bootinfo.features & BOOT_FEATURE_SMAP;
	cpu_has_fsgsbase = bootinfo.features & BOOT_FEATURE_FSGSBASE;
	cpu_has_xsave = bootinfo.features & BOOT_FEATURE_XSAVE;
	cpu_has_pcid = bootinfo.features & BOOT_FEATURE_PCID;
	cpu_has_invpcid = bootinfo.features & BOOT_FEATURE_INVPCID;
}

/* The size of an area for the components that are enabled now. */
static u32
xsave_bytes(void)
{
	return cpuid(0xd, 0).b;
}

/*
 * Enable every state component of user level that fits behind struct thread: CPUs whose whole state does not (AMX tiles)
 * run with x87, SSE and AVX.
 */
static void
xsave_init(void)
{
	struct cpuid components = cpuid(0xd, 0);
	u64 all = (u64)components.d << 32 | components.a;

	if (!cpu_has_xsave)
		return;
	write_xcr0(all);
	if (xsave_bytes() > PAGE_SIZE - THREAD_FPU_OFFSET)
		write_xcr0(all & (XSTATE_X87 | XSTATE_SSE | XSTATE_AVX));
}

void
arch_cpu_init(void)
{
	struct cpu *cpu = &boot_cpu;

	cpu->self = cpu;
	cpu->steps = PREEMPT_STEPS;
	cpu->stack = (void *)STACK_TOP(STACK_KERNEL);
	cpu->idle = &idle_thread;
	cpu->current = &idle_thread;
	idle_thread.cr3 = read_cr3();
	pti_set_tables(cpu, idle_thread.cr3);
	tss_init(cpu);
	gdt_load(cpu);				/* clears the segment bases */
	write_msr(MSR_GS_BASE, (u64)cpu);
	write_msr(MSR_KERNEL_GS_BASE, 0);
	idt_load();
	features_require();
	syscall_init();
	features_enable();
	xsave_init();
	cpu->arch.tss.rsp[0] = pti_entry_stack(cpu, &idle_thread);
}
