/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Owns a copy of the program's file. A segment with code is where the file says that it is loaded, so the program must be static
 * and not relocated. The file is that of the person who measures, not of a guest: it is checked to be whole, and no further.
 */
#include "image.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEGMENTS	8

struct segment {
	uint64_t address, size;
	const uint8_t *bytes;
};

static struct segment segments[SEGMENTS];
static unsigned n_segments;

static uint8_t *
file_read(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = NULL;
	long end;

	if (!file)
		return NULL;
	if (!fseek(file, 0, SEEK_END) && (end = ftell(file)) > 0 && !fseek(file, 0, SEEK_SET)) {
		bytes = malloc(end);
		*size = end;
		if (bytes && fread(bytes, 1, end, file) != (size_t)end) {
			free(bytes);
			bytes = NULL;
		}
	}
	fclose(file);
	return bytes;
}

static bool
is_within(uint64_t offset, uint64_t size, size_t whole)
{
	return offset <= whole && size <= whole - offset;
}

bool
image_read(const char *path)
{
	size_t size;
	uint8_t *bytes = file_read(path, &size);
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)bytes;
	const Elf64_Phdr *segment;

	if (!bytes || size < sizeof(*header) || memcmp(header->e_ident, ELFMAG "\2", SELFMAG + 1))
		return false;
	if (!is_within(header->e_phoff, header->e_phnum * sizeof(*segment), size))
		return false;
	segment = (const Elf64_Phdr *)(bytes + header->e_phoff);
	for (unsigned i = 0; i < header->e_phnum && n_segments < SEGMENTS; i++, segment++)
		if (segment->p_type == PT_LOAD && segment->p_flags & PF_X && is_within(segment->p_offset, segment->p_filesz, size))
			segments[n_segments++] = (struct segment){ segment->p_vaddr, segment->p_filesz, bytes + segment->p_offset };
	return n_segments > 0;
}

bool
image_has(uint64_t address, const uint8_t *bytes, size_t size)
{
	for (const struct segment *s = segments; s < segments + n_segments; s++)
		if (address >= s->address && is_within(address - s->address, size, s->size))
			return !memcmp(s->bytes + (address - s->address), bytes, size);
	return false;
}
