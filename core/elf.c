/* SPDX-License-Identifier: BSD-2-Clause */
/* The program reader: see <janus/elf.h>.  Headers are copied out before they are looked at, because a file can lie at any address. */
#include <stdbool.h>
#include <janus/elf.h>
#include <janus/kinds.h>
#include <janus/layout.h>

#define PAGE		0x1000ul
#define HEADERS_LIMIT	64		/* program headers, of any type */

struct header {
	unsigned char magic[4];
	uint8_t class, data, ident_version, abi[9];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, program_offset, section_offset;
	uint32_t flags;
	uint16_t bytes, program_bytes, programs, section_bytes, sections, names;
};
_Static_assert(sizeof(struct header) == 64, "as in the file");

enum { CLASS_64 = 2, DATA_LITTLE = 1, TYPE_FIXED = 2, TYPE_MOVABLE = 3 };

struct program_header {
	uint32_t type, flags;
	uint64_t offset, address, physical, data_bytes, bytes, alignment;
};
_Static_assert(sizeof(struct program_header) == 56, "as in the file");

enum { PROGRAM_LOAD = 1, PROGRAM_INTERPRETER = 3 };
enum { FLAG_EXECUTE = 1, FLAG_WRITE = 2, FLAG_READ = 4 };

static uint64_t
page_floor(uint64_t address)
{
	return address & ~(PAGE - 1);
}

static uint64_t
page_ceiling(uint64_t address)
{
	return page_floor(address + PAGE - 1);
}

/* What is wrong with the file's header; NULL: nothing. */
static const char *
header_problem(const struct header *h, size_t bytes)
{
	if (__builtin_memcmp(h->magic, "\177ELF", sizeof(h->magic)))
		return "is not an ELF file";
	if (h->class != CLASS_64 || h->data != DATA_LITTLE || h->machine != USER_ELF_MACHINE)
		return "is an ELF file for another machine; compile it for this one";
	if (h->type == TYPE_MOVABLE)
		return "is position-independent; link it with -static -no-pie";
	if (h->type != TYPE_FIXED)
		return "is an ELF file, but not a program; link it";
	if (h->program_bytes != sizeof(struct program_header))
		return "has program headers of an unknown size";
	if (h->programs == 0 || h->programs > HEADERS_LIMIT)
		return "has no program headers, or more than 64";
	if (h->program_offset > bytes || h->programs * sizeof(struct program_header) > bytes - h->program_offset)
		return "ends before its program headers; build it again";
	return NULL;
}

/* What is wrong with a segment; NULL: nothing. */
static const char *
segment_problem(const struct program_header *p, size_t bytes)
{
	if (p->data_bytes > p->bytes)
		return "has a segment with more in the file than in memory";
	if (p->offset > bytes || p->data_bytes > bytes - p->offset)
		return "ends before a segment does; build it again";
	if (p->address < USER_START || p->address >= USER_PROGRAM_END || p->bytes > USER_PROGRAM_END - p->address)
		return "has a segment outside of the user addresses that a program can have; link it lower";
	if (!(p->flags & FLAG_READ))
		return "has a segment that is not readable";
	if ((p->flags & FLAG_WRITE) && (p->flags & FLAG_EXECUTE))
		return "has a segment that is writable and executable; link it with -z separate-code";
	return NULL;
}

static unsigned
segment_rights(uint32_t flags)
{
	return RIGHT_READ | (flags & FLAG_WRITE ? RIGHT_WRITE : 0) | (flags & FLAG_EXECUTE ? RIGHT_EXECUTE : 0);
}

/* Put S in its place in PROGRAM. */
static const char *
segment_insert(struct elf_program *program, struct elf_segment s)
{
	unsigned at = program->segments;

	if (at == ELF_SEGMENTS)
		return "has more than 16 segments";
	for (; at > 0 && program->segment[at - 1].address > s.address; at--)
		program->segment[at] = program->segment[at - 1];
	program->segment[at] = s;
	program->segments++;
	return NULL;
}

static const char *
segments_read(const unsigned char *image, size_t bytes, const struct header *h, struct elf_program *program)
{
	const unsigned char *at = image + h->program_offset;
	const char *problem = NULL;
	struct program_header p;

	for (unsigned i = 0; i < h->programs && !problem; i++, at += sizeof(p)) {
		__builtin_memcpy(&p, at, sizeof(p));
		if (p.type == PROGRAM_INTERPRETER)
			return "needs a dynamic linker; link it with -static";
		if (p.type != PROGRAM_LOAD || p.bytes == 0)
			continue;
		problem = segment_problem(&p, bytes);
		if (!problem)
			problem = segment_insert(program, (struct elf_segment){
				.address = p.address, .bytes = p.bytes, .data = image + p.offset,
				.data_bytes = p.data_bytes, .rights = segment_rights(p.flags) });
	}
	return problem;
}

/* Counts the pages, of segments that are already in order. */
static const char *
segments_check(struct elf_program *program)
{
	const struct elf_segment *s = program->segment;
	uint64_t free = 0;		/* no segment so far touches this or what follows */
	bool entry = false;

	for (unsigned i = 0; i < program->segments; i++, s++) {
		uint64_t first = page_floor(s->address);
		if (first < free)
			return "has two segments that overlap or share a page; link it with -z separate-code";
		free = page_ceiling(s->address + s->bytes);
		program->pages += (free - first) / PAGE;
		entry |= (s->rights & RIGHT_EXECUTE) && program->entry - s->address < s->bytes;
	}
	if (!entry)
		return "does not begin in an executable segment";
	return NULL;
}

enum status
elf_read(const void *image, size_t bytes, struct elf_program *program, const char **problem)
{
	struct header h;

	*problem = "is too short for an ELF file";
	if (bytes < sizeof(h))
		return ERR_BAD_VALUE;
	__builtin_memcpy(&h, image, sizeof(h));
	*program = (struct elf_program){ .entry = h.entry };
	*problem = header_problem(&h, bytes);
	if (!*problem)
		*problem = segments_read(image, bytes, &h, program);
	if (!*problem)
		*problem = segments_check(program);
	return *problem ? ERR_BAD_VALUE : OK;
}
