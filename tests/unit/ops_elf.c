/* SPDX-License-Identifier: BSD-2-Clause */
/* The program reader on any bytes: what it accepts can be loaded by copying. */
#include <stdlib.h>
#include <string.h>
#include <janus/elf.h>
#include <janus/kinds.h>
#include <janus/layout.h>
#include "unit.h"

static void
segment_verify(const struct elf_segment *s, const unsigned char *image, size_t bytes)
{
	expect(s->address >= USER_START && s->bytes > 0 && s->bytes <= USER_PROGRAM_END - s->address);
	expect(s->data_bytes <= s->bytes && s->data_bytes <= bytes);
	expect(s->data >= image && (size_t)(s->data - image) <= bytes - s->data_bytes);
	expect(s->rights == RIGHT_READ || s->rights == (RIGHT_READ | RIGHT_WRITE) || s->rights == (RIGHT_READ | RIGHT_EXECUTE));
}

static void
program_verify(const struct elf_program *program, const unsigned char *image, size_t bytes)
{
	u64 pages = 0, free = 0;
	bool entry = false;

	expect(program->segments >= 1 && program->segments <= ELF_SEGMENTS);
	for (unsigned i = 0; i < program->segments; i++) {
		const struct elf_segment *s = &program->segment[i];
		segment_verify(s, image, bytes);
		expect(s->address / PAGE_SIZE >= free);
		free = (s->address + s->bytes - 1) / PAGE_SIZE + 1;
		pages += free - s->address / PAGE_SIZE;
		entry |= s->rights & RIGHT_EXECUTE && program->entry >= s->address && program->entry < s->address + s->bytes;
	}
	expect(entry && pages == program->pages);
}

/* Takes all the bytes: there are no steps. */
static void
setup(struct input *in)
{
	struct elf_program program;
	const char *problem;
	size_t bytes = in->left;
	unsigned char *copy = malloc(bytes ? bytes : 1);

	memcpy(copy, in->byte, bytes);
	in->left = 0;
	if (elf_read(copy, bytes, &program, &problem) == OK)
		program_verify(&program, copy, bytes);
	else
		expect(problem);
	free(copy);
}

static void
nothing(void)
{
}

const struct operations ops_elf = { .name = "elf", .setup = setup, .verify = nothing, .teardown = nothing };
