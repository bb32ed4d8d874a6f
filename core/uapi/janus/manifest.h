/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a manifest: what is to be started, one program a line.  core/manifest.c is built into the kernel and into rt, and needs
 * neither.
 *
 *     program NAME PATH [args] [key=value ...]        # comment
 *
 * Words are separated by blanks; double quotes group characters into one word, blanks, # and = included.  Arguments run up to the
 * first word with an unquoted =; from there on every word must be key=value.  The first program is started by the kernel and
 * reads the rest.
 */
#pragma once

#include <stddef.h>
#include <janus/status.h>

#define MANIFEST_LINE_LIMIT	1024	/* bytes of a line */
#define MANIFEST_WORDS		64	/* of one kind in a line */

struct manifest {
	const char *text;
	size_t bytes;
	size_t next;			/* offset of the line that manifest_next reads */
	unsigned line;			/* number of the line it has read, from 1 */
	const char *problem;		/* after ERR_BAD_VALUE: what is wrong with that line */
	const char *word;		/* and the word that it is about, "" when it is about the line */
};

struct manifest_program {
	const char *name, *path;
	unsigned arguments, settings;
	const char *argument[MANIFEST_WORDS];
	const char *key[MANIFEST_WORDS], *value[MANIFEST_WORDS];
	char text[MANIFEST_LINE_LIMIT + 1]; /* what all of them point into */
};

void manifest_open(struct manifest *manifest, const char *text, size_t bytes);

/* The next program.  ERR_NOT_FOUND: no more; ERR_BAD_VALUE: line manifest->line is wrong. */
enum status manifest_next(struct manifest *manifest, struct manifest_program *program);

/* The value of a setting of PROGRAM; NULL when it has none of that key. */
const char *manifest_setting(const struct manifest_program *program, const char *key);
