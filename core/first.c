/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads the first program.  Runs once, before any user code, with interrupts off: what is preempted here is simply gone on with.
 * What can go wrong is the archive's fault or the machine's, and is said in the words of whoever has to mend it.
 */
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/first.h"
#include "core/frame.h"
#include "core/panic.h"
#include "core/space.h"
#include "core/status.h"
#include "core/string.h"
#include "core/thread.h"
#include <janus/archive.h>
#include <janus/elf.h>
#include <janus/manifest.h>

#define POOL_SHARE		64	/* of RAM, one page in so many */
#define POOL_MINIMUM		64	/* pages */
#define POOL_ARCHIVE_SHARE	32	/* and one for so many of the archive: each needs a mapping record and a table entry */

struct space *first_space;

static struct manifest_program program;
static u64 pool_pages;

static u64
pages_of(u64 bytes)
{
	return (bytes + PAGE_MASK) >> PAGE_SHIFT;
}

/* --- what the archive says --------------------------------------------------------------------------------------- */

static void
archive_start(struct archive *archive)
{
	if (!bootinfo.archive_bytes)
		boot_refuse("there is no boot archive; give one as initrd (QEMU) or module2 (GRUB), or start with ./janus run");
	archive_open(archive, arch_direct(bootinfo.archive_base), bootinfo.archive_bytes);
}

/* The file NAME; false: the archive has none. */
static bool
archive_get(struct archive *archive, const char *name, struct archive_file *file)
{
	enum status status = archive_find(archive, name, file);

	if (status == ERR_BAD_VALUE)
		boot_refuse("boot archive, byte %lu: %s; pack it again", archive->next, archive->problem);
	return status == OK;
}

static enum status
manifest_get(struct manifest *manifest, struct manifest_program *p)
{
	enum status status = manifest_next(manifest, p);

	if (status == ERR_BAD_VALUE && *manifest->word)
		boot_refuse("manifest:%u: \"%s\" %s", manifest->line, manifest->word, manifest->problem);
	if (status == ERR_BAD_VALUE)
		boot_refuse("manifest:%u: %s", manifest->line, manifest->problem);
	return status;
}

/* Read the first entry, after a look at all of them: a mistake anywhere is told now.  Its line. */
static unsigned
manifest_read(struct archive *archive)
{
	struct archive_file file;
	struct manifest manifest;

	if (!archive_get(archive, ARCHIVE_MANIFEST, &file))
		boot_refuse("the boot archive has no file named " ARCHIVE_MANIFEST "; pack one with a line: program NAME PATH");
	manifest_open(&manifest, (const char *)file.data, file.bytes);
	while (manifest_get(&manifest, &program) == OK)
		;
	manifest_open(&manifest, (const char *)file.data, file.bytes);
	if (manifest_get(&manifest, &program))
		boot_refuse("the manifest names no program; add a line: program NAME PATH");
	return manifest.line;
}

static void
program_read(struct archive *archive, unsigned line, struct elf_program *elf)
{
	struct archive_file file;
	const char *problem;

	if (!archive_get(archive, program.path, &file))
		boot_refuse("manifest:%u: the boot archive has no file %s", line, program.path);
	if (elf_read(file.data, file.bytes, elf, &problem))
		boot_refuse("manifest:%u: %s %s", line, program.path, problem);
}

/* --- memory ------------------------------------------------------------------------------------------------------ */

static void
enough_memory(const struct elf_program *elf)
{
	u64 count[FRAME_STATES], needed = 1 + pool_pages + elf->pages + pages_of(USER_STACK_BYTES);

	frame_count(count);
	if (count[FRAME_FREE] < needed)
		boot_refuse("%s needs %lu KiB, of which kmem=%lu pages, and %lu KiB are free; give the machine more memory",
			    program.path, needed * PAGE_SIZE >> 10, pool_pages, count[FRAME_FREE] * PAGE_SIZE >> 10);
}

static void
must(enum status status)
{
	if (status == ERR_NO_KMEM)
		boot_refuse("a pool of %lu pages is too small to load %s; give more with kmem=PAGES", pool_pages, program.path);
	if (status)
		panic("loading %s: %s", program.path, status_name(status));
}

/* A cleared page that OWNER holds. */
static struct frame *
page_take(struct space *owner)
{
	struct frame *f;

	must(frame_alloc_any(owner, ORDER_4K, &f));
	while (frame_clear(f) == STATUS_RESTART)
		;
	return f;
}

static void
page_map(vaddr_t vaddr, struct frame *f, unsigned rights)
{
	struct map *map;

	must(space_map(first_space, vaddr, f, rights, CACHE_WRITE_BACK, NULL, &map));
}

static void
space_make(void)
{
	enum status status;

	first_space = space_create_first(page_take(NULL));
	for (u64 i = 0; i < pool_pages; i++) {
		struct frame *f = page_take(first_space);
		while ((status = kmem_donate(first_space, f)) == STATUS_RESTART)
			;
		must(status);
	}
	must(space_prepare(first_space));
	string_copy(first_space->name, sizeof(first_space->name), program.name);
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
		struct frame *f = page_take(first_space);
		page_fill(arch_direct(frame_address(f)), page, s->address, s->data, s->data_bytes);
		page_map(page, f, s->rights);
	}
}

/* Pages that the kernel keeps, in place. */
static void
range_show(vaddr_t vaddr, paddr_t base, u64 bytes)
{
	for (paddr_t pa = base & ~PAGE_MASK; pa < base + bytes; pa += PAGE_SIZE, vaddr += PAGE_SIZE)
		page_map(vaddr, frame_of(pa), RIGHT_READ);
}

/* --- stack and arguments ------------------------------------------------------------------------------------------ */

#define VECTOR_WORDS	(MANIFEST_WORDS + 2)		/* name, arguments, NULL */
_Static_assert(sizeof(program.text) + VECTOR_WORDS * sizeof(u64) + 16 <= PAGE_SIZE, "all arguments fit in one page");

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

	vector[count++] = stack_push(stack, program.name, string_length(program.name) + 1);
	for (unsigned i = 0; i < program.arguments; i++)
		vector[count++] = stack_push(stack, program.argument[i], string_length(program.argument[i]) + 1);
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
		struct frame *f = page_take(first_space);
		stack.page = arch_direct(frame_address(f));
		page_map(page, f, RIGHT_READ | RIGHT_WRITE);
	}
	return arguments_push(&stack);
}

static struct thread *
thread_make(vaddr_t entry, vaddr_t vector)
{
	struct registers registers = { .rsi = program.arguments + 1, .rdx = vector };
	struct thread *t;

	must(thread_create(first_space, first_space, 0, &t));
	string_copy(t->name, sizeof(t->name), program.name);
	must(thread_start(t, entry, vector, USER_BOOTINFO));
	must(arch_thread_write(t, REGISTERS_RSI | REGISTERS_RDX, &registers));
	return t;
}

struct thread *
first_program_load(u64 pages)
{
	struct archive archive;
	struct elf_program elf;

	archive_start(&archive);
	program_read(&archive, manifest_read(&archive), &elf);

	u64 share = bootinfo.ram_bytes / PAGE_SIZE / POOL_SHARE + pages_of(bootinfo.archive_bytes) / POOL_ARCHIVE_SHARE;
	pool_pages = option_value("kmem", pages ? pages : share > POOL_MINIMUM ? share : POOL_MINIMUM);
	enough_memory(&elf);
	space_make();
	for (unsigned i = 0; i < elf.segments; i++)
		segment_load(&elf.segment[i]);
	range_show(USER_BOOTINFO, arch_physical(&bootinfo), sizeof(bootinfo));
	range_show(USER_ARCHIVE, bootinfo.archive_base, bootinfo.archive_bytes);
	return thread_make(elf.entry, stack_make());
}
