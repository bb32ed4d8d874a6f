/* SPDX-License-Identifier: BSD-2-Clause */
/* A program's segments: exec.h. */
#include <elf.h>
#include <errno.h>
#include <string.h>
#include <janus/kinds.h>
#include <unix/arena.h>
#include "process/exec.h"

#define MOVABLE_BASE	0x555555554000ul	/* of programs that can be anywhere */
#define HEADERS_LIMIT	(PATH_LIMIT / sizeof(Elf64_Phdr))

static uint64_t
page_floor(uint64_t address)
{
	return address & -UNIX_PAGE;
}

static uint64_t
page_ceiling(uint64_t address)
{
	return page_floor(address + UNIX_PAGE - 1);
}

int
image_write(struct process *p, uint64_t address, const void *from, uint64_t bytes)
{
	while (bytes) {
		uint64_t part = UNIX_PAGE - address % UNIX_PAGE;
		page_t page;
		int error = memory_page(p, address, RIGHT_WRITE, &page);
		if (error)
			return error;
		part = part < bytes ? part : bytes;
		memcpy((char *)page_at(page) + address % UNIX_PAGE, from, part);
		from = (const char *)from + part;
		address += part;
		bytes -= part;
	}
	return 0;
}

/* From ADDRESS to the end of its page. */
static int
page_rest_clear(struct process *p, uint64_t address)
{
	page_t page;
	int error = memory_page(p, address, RIGHT_WRITE, &page);

	if (!error)
		memset((char *)page_at(page) + address % UNIX_PAGE, 0, UNIX_PAGE - address % UNIX_PAGE);
	return error;
}

/* --- a segment ----------------------------------------------------------------------------------------------------------------------------- */

static uint8_t
segment_rights(uint32_t flags)
{
	return (uint8_t)((flags & PF_R ? RIGHT_READ : 0) | (flags & PF_W ? RIGHT_WRITE : 0) | (flags & PF_X ? RIGHT_EXECUTE : 0));
}

static bool
segment_fits(const Elf64_Phdr *h, uint64_t base)
{
	return h->p_filesz <= h->p_memsz && (h->p_vaddr - h->p_offset) % UNIX_PAGE == 0 && h->p_offset <= INT64_MAX - h->p_memsz
		&& h->p_memsz <= MEMORY_END && memory_inside(page_floor(base + h->p_vaddr), page_ceiling(h->p_vaddr % UNIX_PAGE + h->p_memsz));
}

static int
segment_load(struct process *p, struct node *file, const Elf64_Phdr *h, uint64_t base)
{
	uint64_t at = base + h->p_vaddr, content = at + h->p_filesz, file_end = page_ceiling(content), end = page_ceiling(at + h->p_memsz);
	struct area_request r = { .start = page_floor(at), .bytes = file_end - page_floor(at), .offset = page_floor(h->p_offset), .node = file,
		.rights = segment_rights(h->p_flags), .may = RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE };
	int error = 0;

	if (!segment_fits(h, base))
		return -EINVAL;
	if (h->p_filesz)
		error = memory_map(p, &r);
	else
		file_end = r.start;
	if (!error && h->p_filesz && h->p_memsz > h->p_filesz && content % UNIX_PAGE && (h->p_flags & PF_W))
		error = page_rest_clear(p, content);
	if (error || end <= file_end)
		return error;
	r.node = NULL;
	r.offset = 0;
	r.start = file_end;
	r.bytes = end - file_end;
	return memory_map(p, &r);
}

/* --- all of them ------------------------------------------------------------------------------------------------------------------------------ */

static bool
header_fits(const Elf64_Ehdr *e)
{
	return !memcmp(e->e_ident, ELFMAG, SELFMAG) && e->e_ident[EI_CLASS] == ELFCLASS64 && e->e_machine == EM_X86_64 && (e->e_type == ET_EXEC || e->e_type == ET_DYN)
		&& e->e_phentsize == sizeof(Elf64_Phdr) && e->e_phnum && e->e_phnum <= HEADERS_LIMIT;
}

static int
interpreter_take(struct node *file, const Elf64_Phdr *h, struct exec_image *image)
{
	uint64_t bytes = h->p_filesz;

	if (bytes < 2 || bytes > sizeof(image->interpreter) || node_read(file, h->p_offset, image->interpreter, bytes) != (int64_t)bytes || image->interpreter[bytes - 1])
		return -ENOEXEC;
	return 0;
}

/* What its headers say besides where segments are. */
static int
headers_read(struct node *file, const Elf64_Ehdr *e, const Elf64_Phdr *h, struct exec_image *image)
{
	for (unsigned i = 0; i < e->e_phnum; i++) {
		if (h[i].p_type == PT_GNU_STACK)
			image->stack_executes = h[i].p_flags & PF_X;
		if (h[i].p_type == PT_INTERP && interpreter_take(file, &h[i], image))
			return -ENOEXEC;
		if (h[i].p_type == PT_LOAD && e->e_phoff - h[i].p_offset < h[i].p_filesz)
			image->headers = h[i].p_vaddr + e->e_phoff - h[i].p_offset;
	}
	return 0;
}

/* Where a program that can be anywhere is put: at the customary place, a dynamic linker where there is room. */
static uint64_t
base_for(const struct process *p, const Elf64_Ehdr *e, const Elf64_Phdr *h)
{
	uint64_t low = UINT64_MAX, end = 0, alignment = UNIX_PAGE;

	if (e->e_type == ET_EXEC)
		return 0;
	for (unsigned i = 0; i < e->e_phnum; i++) {
		if (h[i].p_type != PT_LOAD)
			continue;
		low = h[i].p_vaddr < low ? h[i].p_vaddr : low;
		end = h[i].p_vaddr + h[i].p_memsz > end ? h[i].p_vaddr + h[i].p_memsz : end;
		if (h[i].p_align > alignment && !(h[i].p_align & (h[i].p_align - 1)))
			alignment = h[i].p_align;
	}
	if (end <= low || end > MEMORY_END || alignment > MEMORY_END)
		return 0;
	if (p->memory->first)
		return (memory_room(p->memory, page_ceiling(end - page_floor(low)) + alignment) + alignment - 1) / alignment * alignment - page_floor(low);
	return (MOVABLE_BASE + alignment - 1) / alignment * alignment - page_floor(low);
}

static int
segments_load(struct process *p, struct node *file, const Elf64_Ehdr *e, const Elf64_Phdr *h, struct exec_image *image)
{
	int error = -ENOEXEC;		/* without a segment */

	for (unsigned i = 0; i < e->e_phnum; i++) {
		if (h[i].p_type != PT_LOAD || !h[i].p_memsz)
			continue;
		error = segment_load(p, file, &h[i], image->base);
		if (error)
			return error;
		uint64_t end = image->base + h[i].p_vaddr + h[i].p_memsz;
		image->end = end > image->end ? end : image->end;
	}
	return error;
}

int
image_load(struct process *p, struct node *file, const unsigned char *head, struct exec_image *image)
{
	Elf64_Phdr *h = (Elf64_Phdr *)shared->process.text;
	Elf64_Ehdr e;

	memcpy(&e, head, sizeof(e));
	if (!header_fits(&e))
		return -ENOEXEC;
	int64_t bytes = (int64_t)(e.e_phnum * sizeof(*h));
	*image = (struct exec_image){ .header_count = e.e_phnum };
	if (e.e_phoff > INT64_MAX || node_read(file, e.e_phoff, h, (uint64_t)bytes) != bytes || headers_read(file, &e, h, image))
		return -ENOEXEC;
	image->base = base_for(p, &e, h);
	image->entry = image->base + e.e_entry;
	image->headers += image->base;
	return segments_load(p, file, &e, h, image);
}
