/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads the first program.  Runs once, before any user code, with interrupts off: what is preempted here is simply gone on with. */
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/first.h"
#include "core/first_read.h"
#include "core/frame.h"
#include "core/panic.h"
#include "core/space.h"
#include "core/string.h"
#include "core/thread.h"

#define POOL_SHARE		64	/* of RAM, one page in so many */
#define POOL_MINIMUM		64	/* pages */
#define POOL_ARCHIVE_SHARE	32	/* and one for so many of the archive: each needs a mapping record and a table entry */

struct space *first_space;

static struct first_program first;
static u64 pool_pages;

static u64
pages_of(u64 bytes)
{
	return (bytes + PAGE_MASK) >> PAGE_SHIFT;
}

/* --- memory ------------------------------------------------------------------------------------------------------ */

/* Beside what is counted here: the page of the space, and that of bootinfo. */
static void
enough_memory(void)
{
	u64 count[FRAME_STATES], needed = 2 + pool_pages + first.elf.pages + pages_of(USER_STACK_BYTES);

	frame_count(count);
	if (count[FRAME_FREE] < needed)
		boot_refuse("%s needs %lu KiB, of which kmem=%lu pages, and %lu KiB are free; give the machine more memory",
			    first.manifest.path, needed * PAGE_SIZE >> 10, pool_pages, count[FRAME_FREE] * PAGE_SIZE >> 10);
}

static void
must(enum status status)
{
	if (status == ERR_NO_KMEM)
		boot_refuse("a pool of %lu pages is too small to load %s; give more with kmem=PAGES", pool_pages, first.manifest.path);
	if (status)
		panic("loading %s: %s", first.manifest.path, status_name(status));
}

/* A cleared page that the first space holds. */
static struct frame *
page_take(void)
{
	struct frame *f;

	must(frame_alloc_any(first_space, ORDER_4K, &f));
	while (frame_clear(f) == STATUS_RESTART)
		;
	return f;
}

static void
page_map(vaddr_t vaddr, struct frame *f, unsigned rights)
{
	struct map *map;

	must(space_map(first_space, vaddr, f, rights, CACHE_WRITE_BACK, &map));
}

static void
space_make(void)
{
	enum status status;

	first_space = space_create_first();
	for (u64 i = 0; i < pool_pages; i++) {
		struct frame *f = page_take();
		while ((status = kmem_donate(first_space, f)) == STATUS_RESTART)
			;
		must(status);
	}
	must(space_prepare(first_space));
	string_copy(first_space->name, sizeof(first_space->name), first.manifest.name);
}

/* What of the bytes [FROM, FROM + BYTES) for address AT lies in the page at PAGE is copied to its memory TO. */
static void
page_fill(char *to, vaddr_t page, vaddr_t at, const unsigned char *from, u64 bytes)
{
	vaddr_t start = at > page ? at : page;
	vaddr_t end = at + bytes < page + PAGE_SIZE ? at + bytes : page + PAGE_SIZE;

	if (start < end)
		__builtin_memcpy(to + (start - page), from + (start - at), end - start);
}

static void
segment_load(const struct elf_segment *s)
{
	for (vaddr_t page = s->address & ~PAGE_MASK; page < s->address + s->bytes; page += PAGE_SIZE) {
		struct frame *f = page_take();
		page_fill(arch_direct(frame_address(f)), page, s->address, s->data, s->data_bytes);
		page_map(page, f, s->rights);
	}
}

/* A copy: no page of the kernel's image is ever user level's. */
static void
bootinfo_show(void)
{
	struct frame *f = page_take();

	__builtin_memcpy(arch_direct(frame_address(f)), &bootinfo, sizeof(bootinfo));
	page_map(USER_BOOTINFO, f, RIGHT_READ);
}

/* In place: the pages stay the boot's, and can only be read. */
static void
boot_pages_show(vaddr_t vaddr, paddr_t base, u64 bytes)
{
	for (paddr_t pa = base & ~PAGE_MASK; pa < base + bytes; pa += PAGE_SIZE, vaddr += PAGE_SIZE)
		page_map(vaddr, frame_of(pa), RIGHT_READ);
}

/* --- stack and arguments ------------------------------------------------------------------------------------------ */

#define VECTOR_WORDS	(MANIFEST_WORDS + 2)		/* name, arguments, NULL */
_Static_assert(sizeof(first.manifest.text) + VECTOR_WORDS * sizeof(u64) + 16 <= PAGE_SIZE, "all arguments fit in one page");

struct stack {
	char *page;			/* the topmost, in the direct map */
	size_t used;			/* bytes at its end */
};

/* A string onto the stack; its user address. */
static vaddr_t
stack_push(struct stack *stack, const void *data, size_t bytes)
{
	stack->used += bytes;
	__builtin_memcpy(stack->page + PAGE_SIZE - stack->used, data, bytes);
	return USER_STACK_TOP - stack->used;
}

/* The argument vector, with the program's name first; its user address is also where the stack begins. */
static vaddr_t
arguments_push(struct stack *stack)
{
	u64 vector[VECTOR_WORDS];
	unsigned count = 0;

	vector[count++] = stack_push(stack, first.manifest.name, string_length(first.manifest.name) + 1);
	for (unsigned i = 0; i < first.manifest.arguments; i++)
		vector[count++] = stack_push(stack, first.manifest.argument[i], string_length(first.manifest.argument[i]) + 1);
	vector[count++] = 0;

	size_t bytes = count * sizeof(u64);
	stack->used = ((stack->used + bytes + 15) & ~15ul) - bytes;	/* the stack pointer is a multiple of 16 */
	return stack_push(stack, vector, bytes);
}

static vaddr_t
stack_make(void)
{
	struct stack stack = { 0 };

	for (vaddr_t page = USER_STACK_TOP - USER_STACK_BYTES; page < USER_STACK_TOP; page += PAGE_SIZE) {
		struct frame *f = page_take();
		stack.page = arch_direct(frame_address(f));
		page_map(page, f, RIGHT_READ | RIGHT_WRITE);
	}
	return arguments_push(&stack);
}

static struct thread *
thread_make(vaddr_t entry, vaddr_t vector)
{
	struct registers registers = { .rsi = first.manifest.arguments + 1, .rdx = vector };
	struct thread *t;

	must(thread_create(first_space, first_space, 0, &t));
	string_copy(t->name, sizeof(t->name), first.manifest.name);
	must(thread_start(t, entry, vector, USER_BOOTINFO));
	must(arch_thread_write(t, REGISTERS_RSI | REGISTERS_RDX, &registers));
	return t;
}

struct thread *
first_program_load(u64 pages)
{
	first_read(&first);

	u64 share = bootinfo.ram_bytes / PAGE_SIZE / POOL_SHARE + pages_of(bootinfo.archive_bytes) / POOL_ARCHIVE_SHARE;
	pool_pages = option_value("kmem", pages ? pages : share > POOL_MINIMUM ? share : POOL_MINIMUM);
	enough_memory();
	space_make();
	for (unsigned i = 0; i < first.elf.segments; i++)
		segment_load(&first.elf.segment[i]);
	bootinfo_show();
	boot_pages_show(USER_ARCHIVE, bootinfo.archive_base, bootinfo.archive_bytes);
	boot_pages_show(USER_TRACE, bootinfo.trace_base, bootinfo.trace_bytes);
	return thread_make(first.elf.entry, stack_make());
}
