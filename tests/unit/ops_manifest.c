/* SPDX-License-Identifier: BSD-2-Clause */
/* The manifest's reader on any text: what it understood, written again with every word in quotes, means the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <janus/manifest.h>
#include "unit.h"

#define WRITTEN_LIMIT	4096	/* quotes make a line longer */

/* PROGRAM as a line; its length. */
static size_t
write_program(const struct manifest_program *p, char line[WRITTEN_LIMIT])
{
	int n = snprintf(line, WRITTEN_LIMIT, "program \"%s\" \"%s\"", p->name, p->path);

	for (unsigned i = 0; i < p->arguments; i++)
		n += snprintf(line + n, WRITTEN_LIMIT - n, " \"%s\"", p->argument[i]);
	for (unsigned i = 0; i < p->settings; i++)
		n += snprintf(line + n, WRITTEN_LIMIT - n, " %s=\"%s\"", p->key[i], p->value[i]);
	expect(n < WRITTEN_LIMIT);
	return n;
}

static void
program_verify(const struct manifest_program *p)
{
	char line[WRITTEN_LIMIT], line_again[WRITTEN_LIMIT];
	struct manifest_program again;
	struct manifest manifest;
	size_t bytes = write_program(p, line);

	expect(*p->name && *p->path);
	for (unsigned i = 0; i < p->settings; i++)
		expect(manifest_setting(p, p->key[i]) == p->value[i]);
	if (bytes > MANIFEST_LINE_LIMIT)
		return;
	manifest_open(&manifest, line, bytes);
	expect(manifest_next(&manifest, &again) == OK);
	expect(write_program(&again, line_again) == bytes && memcmp(line, line_again, bytes) == 0);
}

static unsigned
count_lines(const char *text, size_t bytes)
{
	unsigned lines = 1;

	for (size_t i = 0; i < bytes; i++)
		lines += text[i] == '\n';
	return lines;
}

/* Takes all the bytes: there are no steps. */
static void
setup(struct input *in)
{
	struct manifest manifest;
	struct manifest_program program;
	enum status status;
	size_t bytes = in->left;
	char *copy = malloc(bytes ? bytes : 1);

	memcpy(copy, in->byte, bytes);
	in->left = 0;
	manifest_open(&manifest, copy, bytes);
	while ((status = manifest_next(&manifest, &program)) == OK)
		program_verify(&program);
	expect(status == ERR_NOT_FOUND || (status == ERR_BAD_VALUE && manifest.problem && manifest.word));
	expect(manifest.line <= count_lines(copy, bytes));
	free(copy);
}

static void
nothing(void)
{
}

const struct operations ops_manifest = { .name = "manifest", .setup = setup, .verify = nothing, .teardown = nothing };
