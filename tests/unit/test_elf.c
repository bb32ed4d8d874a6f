/* SPDX-License-Identifier: BSD-2-Clause */
/* The program reader: what it accepts, and each thing that it must refuse. */
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <janus/elf.h>
#include <janus/kinds.h>
#include <janus/layout.h>
#include "test.h"

extern const struct operations ops_elf;

#define TEXT	0x400000ul
#define DATA	0x402000ul

/* A program of two segments, as a linker would make it. */
struct image {
	Elf64_Ehdr header;
	Elf64_Phdr program[ELF_SEGMENTS + 1];
	unsigned char text[64], data[64];
};

static struct image
image_sound(void)
{
	struct image image = {
		.header = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC, .e_machine = EM_X86_64, .e_version = EV_CURRENT, .e_entry = TEXT + 8,
			.e_phoff = offsetof(struct image, program), .e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 2,
		},
		.program = {
			{ .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_offset = offsetof(struct image, text), .p_vaddr = TEXT,
			  .p_filesz = 64, .p_memsz = 64, .p_align = 0x1000 },
			{ .p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_offset = offsetof(struct image, data), .p_vaddr = DATA,
			  .p_filesz = 64, .p_memsz = 0x2000, .p_align = 0x1000 },
		},
	};

	return image;
}

/* Read a copy that lies at an odd address and ends where readable memory does. */
static enum status
read_exact(const struct image *image, size_t bytes, struct elf_program *program, const char **problem)
{
	unsigned char *copy = malloc(bytes + 1);

	memcpy(copy + 1, image, bytes);
	enum status status = elf_read(copy + 1, bytes, program, problem);
	for (unsigned i = 0; status == OK && i < program->segments; i++) {
		const struct elf_segment *s = &program->segment[i];
		for (uint64_t n = 0; n < s->data_bytes; n++)
			(void)*(volatile const unsigned char *)(s->data + n);
	}
	free(copy);
	return status;
}

static void
expect_problem(const struct image *image, const char *expected)
{
	struct elf_program program;
	const char *problem = NULL;

	assert_int_equal(read_exact(image, sizeof(*image), &program, &problem), ERR_BAD_VALUE);
	assert_string_equal(problem, expected);
}

static void
expect_sound(const struct image *image)
{
	struct elf_program program;
	const char *problem;

	assert_int_equal(read_exact(image, sizeof(*image), &program, &problem), OK);
	assert_null(problem);
}

static void
a_program_is_read(void **state)
{
	struct image image = image_sound();
	struct elf_program program;
	const char *problem;

	assert_int_equal(elf_read(&image, sizeof(image), &program, &problem), OK);
	assert_int_equal(program.entry, TEXT + 8);
	assert_int_equal(program.segments, 2);
	assert_int_equal(program.pages, 3);
	assert_int_equal(program.segment[0].rights, RIGHT_READ | RIGHT_EXECUTE);
	assert_ptr_equal(program.segment[0].data, image.text);
	assert_int_equal(program.segment[0].data_bytes, 64);
	assert_int_equal(program.segment[1].rights, RIGHT_READ | RIGHT_WRITE);
	assert_int_equal(program.segment[1].address, DATA);
	assert_int_equal(program.segment[1].bytes, 0x2000);
}

static void
segments_are_put_in_order(void **state)
{
	struct image image = image_sound();
	Elf64_Phdr first = image.program[0];
	struct elf_program program;
	const char *problem;

	image.program[0] = image.program[1];
	image.program[1] = first;
	assert_int_equal(elf_read(&image, sizeof(image), &program, &problem), OK);
	assert_int_equal(program.segment[0].address, TEXT);
	assert_int_equal(program.segment[1].address, DATA);
}

static void
other_headers_do_not_matter(void **state)
{
	struct image image = image_sound();

	image.header.e_phnum = 4;
	image.program[2] = (Elf64_Phdr){ .p_type = PT_TLS, .p_vaddr = ~0ul, .p_filesz = ~0ul, .p_memsz = ~0ul };
	image.program[3] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_vaddr = ~0ul };	/* of no size */
	expect_sound(&image);
	image.program[3] = (Elf64_Phdr){ .p_type = PT_INTERP };
	expect_problem(&image, "needs a dynamic linker; link it with -static");
}

static void
cut_anywhere_is_noticed(void **state)
{
	struct image image = image_sound();
	struct elf_program program;
	const char *problem;

	for (size_t bytes = 0; bytes < sizeof(image); bytes++) {
		assert_int_equal(read_exact(&image, bytes, &program, &problem), ERR_BAD_VALUE);
		if (bytes < sizeof(image.header))
			assert_string_equal(problem, "is too short for an ELF file");
		else if (bytes < offsetof(struct image, program[2]))
			assert_string_equal(problem, "ends before its program headers; build it again");
		else
			assert_string_equal(problem, "ends before a segment does; build it again");
	}
}

static void
headers_that_lie(void **state)
{
	static const char machine[] = "is an ELF file for another machine; compile it for this one";
	static const char headers[] = "ends before its program headers; build it again";
	static const char count[] = "has no program headers, or more than 64";
	struct image image;

#define REFUSED(problem, field, value) (image = image_sound(), image.header.field = (value), expect_problem(&image, problem))
	REFUSED("is not an ELF file", e_ident[0], '#');
	REFUSED(machine, e_ident[EI_CLASS], ELFCLASS32);
	REFUSED(machine, e_ident[EI_DATA], ELFDATA2MSB);
	REFUSED(machine, e_machine, EM_AARCH64);
	REFUSED("is position-independent; link it with -static -no-pie", e_type, ET_DYN);
	REFUSED("is an ELF file, but not a program; link it", e_type, ET_REL);
	REFUSED("is an ELF file, but not a program; link it", e_type, ET_CORE);
	REFUSED("has program headers of an unknown size", e_phentsize, 32);
	REFUSED("has program headers of an unknown size", e_phentsize, 0);
	REFUSED(count, e_phnum, 0);
	REFUSED(count, e_phnum, 65);
	REFUSED(count, e_phnum, 0xffff);
	REFUSED(headers, e_phoff, sizeof(image));
	REFUSED(headers, e_phoff, sizeof(image) + 1);
	REFUSED(headers, e_phoff, ~0ul);
	REFUSED(headers, e_phoff, ~0ul - 55);
	REFUSED("does not begin in an executable segment", e_entry, 0);
	REFUSED("does not begin in an executable segment", e_entry, TEXT + 64);
	REFUSED("does not begin in an executable segment", e_entry, TEXT - 1);
	REFUSED("does not begin in an executable segment", e_entry, DATA);
#undef REFUSED
}

static void
segments_that_lie(void **state)
{
	static const char outside[] = "has a segment outside of the user addresses that a program can have; link it lower";
	static const char overlap[] = "has two segments that overlap or share a page; link it with -z separate-code";
	static const char truncated[] = "ends before a segment does; build it again";
	static const char sizes[] = "has a segment with more in the file than in memory";
	struct image image;

#define REFUSED(problem, field, value) (image = image_sound(), image.program[1].field = (value), expect_problem(&image, problem))
	REFUSED(sizes, p_filesz, 0x2001);
	REFUSED(sizes, p_filesz, ~0ul);
	REFUSED(truncated, p_offset, sizeof(image) - 63);
	REFUSED(truncated, p_offset, sizeof(image) + 1);
	REFUSED(truncated, p_offset, ~0ul);
	REFUSED(truncated, p_offset, ~0ul - 32);
	REFUSED(outside, p_vaddr, 0);
	REFUSED(outside, p_vaddr, USER_START - 1);
	REFUSED(outside, p_vaddr, USER_PROGRAM_END);
	REFUSED(outside, p_vaddr, USER_PROGRAM_END - 0x1fff);
	REFUSED(outside, p_vaddr, 0x00007ffffffff000);
	REFUSED(outside, p_vaddr, 0xffffffff80200000);
	REFUSED(outside, p_vaddr, ~0ul - 0x1000);
	REFUSED(outside, p_memsz, ~0ul);
	REFUSED(outside, p_memsz, 1ul << 63);
	REFUSED(outside, p_memsz, USER_PROGRAM_END - DATA + 1);
	REFUSED(overlap, p_vaddr, TEXT);
	REFUSED(overlap, p_vaddr, TEXT - 0x1000);
	REFUSED(overlap, p_vaddr, TEXT + 64);
	REFUSED(overlap, p_vaddr, TEXT - 0x1fff);
	REFUSED("has a segment that is not readable", p_flags, 0);
	REFUSED("has a segment that is not readable", p_flags, PF_W);
	REFUSED("has a segment that is writable and executable; link it with -z separate-code", p_flags, PF_R | PF_W | PF_X);
#undef REFUSED
}

static void
segments_at_the_edges(void **state)
{
	struct image image = image_sound();
	struct elf_program program;
	const char *problem;

	image.program[0].p_vaddr = USER_START;
	image.header.e_entry = USER_START;
	image.program[1].p_vaddr = USER_START + 0x1000;
	image.program[1].p_memsz = USER_PROGRAM_END - USER_START - 0x1000;
	assert_int_equal(elf_read(&image, sizeof(image), &program, &problem), OK);
	assert_int_equal(program.pages, (USER_PROGRAM_END - USER_START) / 0x1000);
}

static void
too_many_segments(void **state)
{
	struct image image = image_sound();

	for (unsigned i = 1; i <= ELF_SEGMENTS; i++) {
		image.program[i] = image.program[1];
		image.program[i].p_vaddr = DATA + i * 0x2000;
	}
	image.header.e_phnum = ELF_SEGMENTS;
	expect_sound(&image);
	image.header.e_phnum = ELF_SEGMENTS + 1;
	expect_problem(&image, "has more than 16 segments");
}

static void
stored_finds(void **state)
{
	operations_corpus(&ops_elf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_is_read),
		cmocka_unit_test(segments_are_put_in_order),
		cmocka_unit_test(other_headers_do_not_matter),
		cmocka_unit_test(cut_anywhere_is_noticed),
		cmocka_unit_test(headers_that_lie),
		cmocka_unit_test(segments_that_lie),
		cmocka_unit_test(segments_at_the_edges),
		cmocka_unit_test(too_many_segments),
		cmocka_unit_test(stored_finds),
	};

	return test_main("elf", tests, ARRAY_SIZE(tests));
}
