/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading of the first program: what it finds, and what is said about what cannot be loaded. */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/cpu.h"
#include "core/first.h"
#include "core/frame.h"
#include "core/main.h"
#include "core/seal.h"
#include "core/space.h"
#include "core/thread.h"
#include "test.h"

#define ARCHIVE_AT	(8ul << 20)
#define ARCHIVE_ROOM	(1ul << 20)
#define TEXT		0x400000ul
#define DATA		0x402ff0ul	/* ends in the next page */

const struct option personality_options[] = { { 0 } };

/* --- making archives ---------------------------------------------------------------------------------------------- */

static char *
member(char *at, const char *name, const void *data, size_t bytes)
{
	at += sprintf(at, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 1, 0100644, 0, 0, 1, 0, (unsigned)bytes,
		      0, 0, 0, 0, (unsigned)strlen(name) + 1, 0);
	at = stpcpy(at, name) + 1;
	at += -(at - (char *)machine.memory) & 3;
	memcpy(at, data, bytes);
	at += bytes;
	return at + (-(at - (char *)machine.memory) & 3);
}

struct image {
	Elf64_Ehdr header;
	Elf64_Phdr program[2];
	char text[64], data[64];
};

/* A program whose writable segment lies across two pages and goes on with zeros. */
static struct image
image_make(void)
{
	return (struct image){
		.header = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC, .e_machine = EM_X86_64, .e_version = EV_CURRENT, .e_entry = TEXT + 16,
			.e_phoff = offsetof(struct image, program), .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 2,
		},
		.program = {
			{ .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_offset = offsetof(struct image, text), .p_vaddr = TEXT,
			  .p_filesz = 64, .p_memsz = 64 },
			{ .p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_offset = offsetof(struct image, data), .p_vaddr = DATA,
			  .p_filesz = 64, .p_memsz = 0x1010 },
		},
		.text = "text of the program", .data = "data of the program, over the edge",
	};
}

static const char *archive_key;		/* of the file `key'; NULL: there is none */

/* A machine of 16 MiB with an archive of this manifest and IMAGE as bin/test, which begins OFFSET bytes into a page. */
static void
machine_make(const char *manifest, const struct image *image, size_t offset)
{
	const struct boot_region regions[] = {
		{ 0, 0x10000, REGION_BOOT, 0 },
		{ 0x10000, ARCHIVE_AT - 0x10000, REGION_RAM, 0 },
		{ ARCHIVE_AT, ARCHIVE_ROOM, REGION_BOOT, 0 },
		{ ARCHIVE_AT + ARCHIVE_ROOM, (16ul << 20) - ARCHIVE_AT - ARCHIVE_ROOM, REGION_RAM, 0 },
	};

	machine_regions(regions, ARRAY_SIZE(regions));
	machine.quiet = true;
	char *base = (char *)machine.memory + ARCHIVE_AT + offset, *end = base;
	if (manifest)
		end = member(end, "manifest", manifest, strlen(manifest));
	if (image)
		end = member(end, "bin/test", image, sizeof(*image));
	if (archive_key)
		end = member(end, "key", archive_key, strlen(archive_key));
	end = member(end, "TRAILER!!!", "", 0);
	bootinfo.archive_base = ARCHIVE_AT + offset;
	bootinfo.archive_bytes = end - base;
	frame_init(1);
}

/* --- what the program finds ----------------------------------------------------------------------------------------- */

/* The byte that user level sees at VADDR with RIGHTS; NULL: a page fault. */
static const char *
seen(const struct thread *t, vaddr_t vaddr, unsigned rights)
{
	paddr_t pa;

	return machine_touch(t->space, vaddr, rights, &pa) ? NULL : arch_direct(pa);
}

static struct thread *
load(const char *manifest)
{
	struct image image = image_make();

	machine_make(manifest, &image, 0);
	return first_program_load(0);
}

static void
segments_are_in_place(void **state)
{
	struct thread *t = load("program test bin/test");

	assert_string_equal(seen(t, TEXT, RIGHT_EXECUTE), "text of the program");
	assert_non_null(seen(t, TEXT, RIGHT_READ));
	assert_null(seen(t, TEXT, RIGHT_WRITE));
	assert_null(seen(t, TEXT + PAGE_SIZE, RIGHT_READ));
	assert_memory_equal(seen(t, DATA, RIGHT_WRITE), "data of the prog", 16);
	assert_string_equal(seen(t, DATA + 16, RIGHT_WRITE), "ram, over the edge");
	assert_null(seen(t, DATA, RIGHT_EXECUTE));
	assert_null(seen(t, DATA + 0x1010, RIGHT_READ));
	/* What the file does not fill, in the pages' other parts as well. */
	for (vaddr_t at = DATA + 64; at < DATA + 0x1010; at++)
		assert_int_equal(*seen(t, at, RIGHT_READ), 0);
	assert_int_equal(*seen(t, DATA - 1, RIGHT_READ), 0);
	assert_int_equal(*seen(t, TEXT + 64, RIGHT_READ), 0);
}

static void
registers_and_arguments(void **state)
{
	static const char *const expected[] = { "test", "one", "two words", "a=b", "" };
	struct thread *t = load("program test bin/test one \"two words\" \"a=b\" \"\" key=value");
	struct registers r;

	arch_thread_read(t, &r);
	assert_int_equal(r.rip, TEXT + 16);
	assert_int_equal(r.rdi, USER_BOOTINFO);
	assert_int_equal(r.rsi, ARRAY_SIZE(expected));
	assert_int_equal(r.rdx, r.rsp);
	assert_int_equal(r.rsp % 16, 0);
	const u64 *vector = (const u64 *)seen(t, r.rdx, RIGHT_WRITE);
	for (unsigned i = 0; i < ARRAY_SIZE(expected); i++)
		assert_string_equal(seen(t, vector[i], RIGHT_WRITE), expected[i]);
	assert_int_equal(vector[ARRAY_SIZE(expected)], 0);
	assert_string_equal(t->name, "test");
	assert_string_equal(t->space->name, "test");
	assert_int_equal(t->state, THREAD_RUNNABLE);
	assert_ptr_equal(t->space, first_space);
}

static void
the_stack_has_its_size_and_a_guard(void **state)
{
	struct thread *t = load("program test bin/test");

	for (vaddr_t at = USER_STACK_TOP - USER_STACK_BYTES; at < USER_STACK_TOP; at += PAGE_SIZE) {
		assert_non_null(seen(t, at, RIGHT_WRITE));
		assert_null(seen(t, at, RIGHT_EXECUTE));
	}
	assert_null(seen(t, USER_STACK_TOP, RIGHT_READ));
	assert_null(seen(t, USER_STACK_TOP - USER_STACK_BYTES - 1, RIGHT_READ));
	assert_int_equal(*seen(t, USER_STACK_TOP - USER_STACK_BYTES, RIGHT_READ), 0);
}

static void
bootinfo_and_archive_can_be_read(void **state)
{
	struct thread *t = load("program test bin/test");

	assert_memory_equal(seen(t, USER_BOOTINFO, RIGHT_READ), &bootinfo, sizeof(bootinfo));
	assert_null(seen(t, USER_BOOTINFO, RIGHT_WRITE));
	assert_memory_equal(seen(t, USER_ARCHIVE, RIGHT_READ), "070701", 6);
	assert_null(seen(t, USER_ARCHIVE, RIGHT_WRITE));
	assert_null(seen(t, USER_ARCHIVE, RIGHT_EXECUTE));
	assert_null(seen(t, USER_ARCHIVE + PAGE_SIZE, RIGHT_READ));
}

static void
an_archive_at_an_odd_place(void **state)
{
	struct image image = image_make();

	/* Its first page has 20 bytes of it. */
	machine_make("program test bin/test", &image, PAGE_SIZE - 20);
	struct thread *t = first_program_load(0);
	assert_memory_equal(seen(t, USER_ARCHIVE + PAGE_SIZE - 20, RIGHT_READ), "070701", 6);
	assert_non_null(seen(t, USER_ARCHIVE + PAGE_SIZE, RIGHT_READ));
	assert_null(seen(t, USER_ARCHIVE + 2 * PAGE_SIZE, RIGHT_READ));
	assert_string_equal(seen(t, TEXT, RIGHT_EXECUTE), "text of the program");
}

static void
every_page_is_accounted_for(void **state)
{
	u64 before[FRAME_STATES], after[FRAME_STATES];
	struct image image = image_make();

	machine_make("program test bin/test", &image, 0);
	frame_count(before);
	struct thread *t = first_program_load(100);
	frame_count(after);
	assert_int_equal(t->space->kmem.pages, 101);	/* the space's own page came with it */
	/* Text, two pages of data, bootinfo, the stack. */
	assert_int_equal(after[FRAME_USER] - before[FRAME_USER], 4 + USER_STACK_BYTES / PAGE_SIZE);
	assert_int_equal(before[FRAME_FREE] - after[FRAME_FREE], 101 + 4 + USER_STACK_BYTES / PAGE_SIZE);
	assert_int_equal(after[FRAME_BOOT], before[FRAME_BOOT]);
	frame_check();
	space_check(t->space);
	kmem_check(t->space);
}

static void
preemption_does_not_matter(void **state)
{
	struct image image = image_make();

	machine_make("program test bin/test", &image, 0);
	machine.preempt_every = 1;
	struct thread *t = first_program_load(0);
	assert_string_equal(seen(t, TEXT, RIGHT_EXECUTE), "text of the program");
	space_check(t->space);
}

/* --- what cannot be loaded ------------------------------------------------------------------------------------------- */

static void
refused(const char *manifest, const struct image *image, const char *words)
{
	machine_make(manifest, image, 0);
	assert_panics(first_program_load(0));
	if (strncmp(panic_text, "cannot boot: ", 13) || !strstr(panic_text, words))
		fail_msg("\"%s\" does not say: %s", panic_text, words);
}

static void
bad_manifests_are_refused(void **state)
{
	struct image image = image_make();

	refused(NULL, &image, "the boot archive has no file named manifest");
	refused("# nothing\n\n", &image, "the manifest names no program; add a line: program NAME PATH");
	refused("program test bin/nosuch", &image, "manifest:1: the boot archive has no file bin/nosuch");
	refused("\n\nprogram test bin", &image, "manifest:3: the boot archive has no file bin");
	refused("program test", &image, "manifest:1: a program needs a name and a path");
	refused("program test bin/test\n\nprogramm x y\n", &image, "manifest:3: \"programm\" is not a kind of line");
	refused("program test bin/test\nprogram x y \"z\n", &image, "manifest:2: a double quote is not closed");
}

static void
bad_programs_are_refused(void **state)
{
	struct image image = image_make();

	refused("#\nprogram test bin/test", NULL, "manifest:2: the boot archive has no file bin/test");
	image.header.e_ident[0] = 0;
	refused("#\nprogram test bin/test", &image, "manifest:2: bin/test is not an ELF file");
	image = image_make();
	image.program[1].p_vaddr = TEXT + 32;
	refused("program test bin/test", &image, "manifest:1: bin/test has two segments that overlap");
	image.program[1].p_vaddr = 0xffffffff80200000;
	refused("program test bin/test", &image, "manifest:1: bin/test has a segment outside of the user addresses");
}

static void
bad_archives_are_refused(void **state)
{
	struct image image = image_make();

	machine_make("program test bin/test", &image, 0);
	bootinfo.archive_bytes = 0;
	assert_panics(first_program_load(0));
	assert_non_null(strstr(panic_text, "there is no boot archive; "));
	machine_make("program test bin/test", &image, 0);
	bootinfo.archive_bytes -= 300;
	assert_panics(first_program_load(0));
	assert_non_null(strstr(panic_text, "boot archive, byte 144: it ends inside a file; pack it again"));
	machine.memory[ARCHIVE_AT] = 'x';
	assert_panics(first_program_load(0));
	assert_non_null(strstr(panic_text, "boot archive, byte 0: there is no newc cpio header"));
}

static void
too_little_memory_is_refused(void **state)
{
	struct image image = image_make();

	image.program[1].p_memsz = 1ul << 30;
	refused("program test bin/test", &image, "bin/test needs 10");
	image.program[1].p_memsz = USER_PROGRAM_END - DATA;
	refused("program test bin/test", &image, " KiB are free; give the machine more memory");
	image = image_make();
	machine_make("program test bin/test", &image, 0);
	assert_panics(first_program_load(1ul << 20));
	assert_non_null(strstr(panic_text, "of which kmem=1048576 pages"));
}

static void
pool_is_too_small(u64 pages)
{
	struct image image = image_make();

	machine_make("program test bin/test", &image, 0);
	assert_panics(first_program_load(pages));
	assert_non_null(strstr(panic_text, "is too small to load bin/test; give more with kmem=PAGES"));
}

static void
a_small_pool_is_refused(void **state)
{
	for (u64 pages = 1; pages < 12; pages++)
		pool_is_too_small(pages);
}

static void
the_option_decides_the_pool(void **state)
{
	struct image image = image_make();

	machine_make("program test bin/test", &image, 0);
	strcpy(bootinfo.command_line, "kmem=77");
	assert_int_equal(first_program_load(0)->space->kmem.pages, 78);
	machine_make("program test bin/test", &image, 0);
	strcpy(bootinfo.command_line, "kmem=77");
	assert_int_equal(first_program_load(200)->space->kmem.pages, 78);
}

/* --- the whole start --------------------------------------------------------------------------------------------------- */

static jmp_buf entered;

void
arch_enter_user(void)
{
	longjmp(entered, 1);
}

struct thread *
personality_first_thread(void)
{
	return first_program_load(0);
}

static void
start(bool no_random)
{
	machine.no_random = no_random;
	if (!setjmp(entered))
		kmain();
	assert_ptr_equal(boot_cpu.current->space, first_space);
	assert_int_equal(boot_cpu.current->regs.rip, TEXT + 16);
}

/* What was sealed with the key, which no result shows. */
static u64
mac_of_the_first_space(void)
{
	u64 epoch = first_space->object.epoch;

	first_space->object.epoch = EPOCH_FIRST;
	struct token token = seal(first_space, KIND_SPACE, RIGHTS_ALL);
	first_space->object.epoch = epoch;
	return token.mac;
}

static void
the_kernel_starts_with_the_first_program(void **state)
{
	struct image image = image_make();

	machine_make("program test bin/test", &image, 0);
	start(false);
	assert_string_equal(boot_cpu.current->name, "test");
}

/* Without random numbers the key is the file of the archive. */
static void
the_key_is_found(void **state)
{
	static const char *const keys[] = { "sixteen bytes...", "sixteen others..", "sixteen bytes..." };
	struct image image = image_make();
	u64 macs[ARRAY_SIZE(keys)];

	for (unsigned i = 0; i < ARRAY_SIZE(keys); i++) {
		archive_key = keys[i];
		machine_make("program test bin/test", &image, 0);
		start(true);
		macs[i] = mac_of_the_first_space();
	}
	archive_key = NULL;
	assert_true(macs[0] == macs[2] && macs[0] != macs[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_are_in_place),
		cmocka_unit_test(registers_and_arguments),
		cmocka_unit_test(the_stack_has_its_size_and_a_guard),
		cmocka_unit_test(bootinfo_and_archive_can_be_read),
		cmocka_unit_test(an_archive_at_an_odd_place),
		cmocka_unit_test(every_page_is_accounted_for),
		cmocka_unit_test(preemption_does_not_matter),
		cmocka_unit_test(bad_manifests_are_refused),
		cmocka_unit_test(bad_programs_are_refused),
		cmocka_unit_test(bad_archives_are_refused),
		cmocka_unit_test(too_little_memory_is_refused),
		cmocka_unit_test(a_small_pool_is_refused),
		cmocka_unit_test(the_option_decides_the_pool),
		cmocka_unit_test(the_kernel_starts_with_the_first_program),
		cmocka_unit_test(the_key_is_found),
	};

	return test_main("first", tests, ARRAY_SIZE(tests));
}
