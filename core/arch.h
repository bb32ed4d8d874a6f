/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The seam between core and the architecture: what arch/<a> provides.  All are direct link-time calls.  The inlines
 * (this_cpu, current_thread, arch_clock, arch_barrier) are in the architecture's arch_inline.h; host tests provide their own.
 */
#pragma once

#include "core/types.h"
#include "core/space.h"

struct bootinfo;
struct fault;
struct frame;
struct registers;
struct cpu;
struct thread;
struct trap_frame;

/* --- start and end ------------------------------------------------------------------------------------------ */

/* This CPU's descriptor tables, protection features, system-call entry, FPU: first of all, so that a kernel bug ends in panic(). */
void arch_cpu_init(void);

/* Interrupt controllers, timer, calls: what needs frames and bootinfo.  Before personality_init. */
void arch_init(void);

/* Leave the kernel for the current thread, by the exit of every trap.  The CPU's stack is abandoned. */
void NORETURN arch_enter_user(void);

/* Wait for an interrupt with interrupts on; returns with them off.  Only for the idle loop. */
void arch_idle(void);

/* End the machine with CODE (enum exit_code of <janus/bootinfo.h>): prints "janus: exit CODE", writes the debug-exit port, halts. */
void NORETURN arch_exit(int code);

/* --- console (polled output, buffered input) ------------------------------------------------------------------ */

void arch_console_write(const char *text, size_t bytes);
int arch_console_read(void);			/* next input byte, or -1 */

/* --- physical memory ------------------------------------------------------------------------------------------ */

static inline void *arch_direct(paddr_t pa);	/* the direct map's address of RAM */
static inline paddr_t arch_direct_physical(const void *p); /* and back */
static inline paddr_t arch_physical(const void *p); /* the same, also for kernel-image addresses */
static inline struct frame *arch_frames(void);	/* base of the array of frame records, indexed by page frame number */
void arch_clear_page(void *page);		/* 512 words */
paddr_t arch_physical_limit(void);		/* the CPU's physical addresses end here: a PTE beyond would be malformed */
bool arch_kernel_device(paddr_t base, u64 pages); /* touches memory of the local APIC, IOAPIC, ... */
bool arch_kernel_ports(u16 first, u32 count);	/* touches ports that the kernel keeps */

/* --- page tables: entries are machine words; levels count from 1 = leaf ---------------------------------------- */

#define ARCH_TABLE_ENTRIES	512
#define ARCH_TABLE_LEVELS	4

/* Software's bit in a leaf entry: device memory, which the direct map does not show. */
#define ARCH_PTE_DEVICE	ARCH_PTE_SOFTWARE

/* A leaf entry also says, in bits that are software's, which rights were granted: those that it has can be changed within them. */
static inline u64 arch_pte(paddr_t pa, unsigned order, unsigned rights, enum cache cache);	/* granted RIGHTS; never 0 */
static inline u64 arch_pte_part(u64 pte, paddr_t pa, unsigned order, unsigned rights);	/* PA inside PTE's page, cached like that */
static inline u64 arch_pte_table(paddr_t table);
static inline u64 arch_pte_protect(u64 pte, unsigned rights);	/* same page, other rights; none: not present, and not 0 */
static inline u64 arch_pte_restrict(u64 pte, unsigned rights);	/* same page, granted and having no others than RIGHTS */
static inline unsigned arch_pte_granted(u64 pte);
static inline bool arch_pte_withholds(u64 pte, unsigned rights);	/* one of RIGHTS was not granted */
static inline bool arch_pte_present(u64 pte);
static inline bool arch_pte_is_leaf(u64 pte, unsigned level);	/* of an entry that is not 0 */
static inline bool arch_pte_is_table(u64 pte);	/* of any entry above level 1 */
static inline paddr_t arch_pte_address(u64 pte);
static inline unsigned arch_pte_rights(u64 pte);
static inline bool arch_pte_accessed(u64 pte);
static inline bool arch_pte_dirty(u64 pte);
static inline u64 arch_pte_touch(u64 pte, unsigned rights);	/* as an access with RIGHTS leaves it */
static inline u64 arch_pte_untouch(u64 pte, bool accessed, bool dirty); /* not accessed, not dirty */
static inline unsigned arch_table_index(vaddr_t vaddr, unsigned level);

/* Set the entry of a table of LEVEL to that of a lower table, or to 0. */
static inline void arch_table_set(u64 *entry, u64 value, unsigned level);

bool arch_page_order(unsigned order);		/* the CPU has pages of this order */

/*
 * A new root table: kernel half filled in; space->cr3 is what a switch loads.  ROOT is a cleared table page of the space's pool;
 * ARCH_ROOT_PAGES - 1 more are taken from there (ERR_NO_KMEM).
 */
enum status arch_space_init(struct space *space, paddr_t root);
void arch_space_fini(struct space *space);	/* its address-space tag and root pages but ROOT go back; not the current one */

/*
 * A changed or removed translation must be forgotten: exactly one page, of any size; a range of 4 KiB pages, and larger ones in
 * it; or everything of the space.  No effect is needed for translations that were not present.  Of a table that is taken out:
 * the page at its first address.  Interface counts for remote CPUs.
 */
void arch_tlb_flush_page(const struct space *space, vaddr_t vaddr);
void arch_tlb_flush_range(const struct space *space, vaddr_t vaddr, u64 pages);
void arch_tlb_flush_space(const struct space *space);

/* --- threads ------------------------------------------------------------------------------------------------- */

/* Initial frame of T for user level at IP, SP, first argument; all other registers 0. */
void arch_thread_init(struct thread *t);
void arch_thread_start(struct thread *t, vaddr_t ip, vaddr_t sp, u64 argument);
void arch_thread_read(const struct thread *t, struct registers *out);
enum status arch_thread_write(struct thread *t, u64 mask, const struct registers *in);

/* What user code of T ran into, while its frame still says so; and make it say that user level had tried ACCESS (a right) at ADDRESS. */
void arch_thread_fault(const struct thread *t, struct fault *out);
void arch_thread_set_fault(struct thread *t, vaddr_t address, unsigned access);

/* Give T, whose page is cleared behind THREAD_FPU_OFFSET, an FPU area there.  A thread without one has no FPU. */
void arch_fpu_init(struct thread *t);
void arch_fpu_copy(struct thread *t, struct thread *from);	/* T has the state that FROM has now; both have an area, either may be current */
void arch_fpu_drop(struct thread *t);		/* T goes away: its state is no longer in the CPU */

/* Save what of PREV is in the CPU, load NEXT's: space, FPU, segment bases, entry stack.  cpu->current is set by the caller. */
void arch_switch(struct thread *prev, struct thread *next);

/*
 * NEXT goes on with what PREV, which is current, has in the registers: only space and entry stack change, and NEXT's segment
 * bases become PREV's.  Both have an FPU state or neither.  cpu->current is set by the caller.
 */
void arch_switch_through(struct thread *prev, struct thread *next);

/* --- user memory of the current space, survives faults ------------------------------------------------------------ */

enum status arch_copy_from_user(void *to, vaddr_t from, size_t bytes);	/* ERR_BAD_ADDRESS */
enum status arch_copy_to_user(vaddr_t to, const void *from, size_t bytes);

/* --- time and interrupts ------------------------------------------------------------------------------------- */

static inline u64 arch_clock(void);		/* ticks, monotonic */
u64 arch_clock_hz(void);
void arch_timer_set(u64 deadline, u64 now);	/* one-shot, in arch_clock() ticks, of which it is now so many; past: as soon as possible; ~0: off */
bool arch_interrupt_pending(void);		/* an interrupt waits to be taken: preemption points ask */

u32 arch_irq_lines(void);			/* number of global system interrupts */
enum status arch_irq_setup(u32 line, bool level); /* ERR_BAD_VALUE, ERR_EXISTS: kept by the kernel */
void arch_irq_mask(u32 line);
void arch_irq_unmask(u32 line);

enum status arch_port_in(u16 port, unsigned bytes, u32 *value);
enum status arch_port_out(u16 port, unsigned bytes, u32 value);

/* Random bits for keys: false when the machine has no source. */
bool arch_random(u64 *out);

/* --- panic --------------------------------------------------------------------------------------------------- */

/*
 * Call FN for an address in each call instruction that the running kernel code is in (its last byte: what it returns to may be
 * another function), innermost first, at most LIMIT; with TRAP, for the kernel code that was interrupted there, its own address
 * before.
 */
void arch_backtrace(const struct trap_frame *trap, void (*fn)(vaddr_t pc), unsigned limit);

/* Log the registers in TRAP. */
void arch_trap_describe(const struct trap_frame *trap);

#include "arch_inline.h"
