/* SPDX-License-Identifier: BSD-2-Clause */
/* The one struct bootinfo, and the words of the command line. */
#pragma once

#include <janus/bootinfo.h>
#include "core/types.h"

extern struct bootinfo bootinfo;

/*
 * Command-line options are words `key` or `key=value`.  The table of those that exist is in core/options.c (and one list of a
 * personality's: personality_options); options_check() refuses to boot on any other, naming it and what there is.
 */
struct option {
	const char *key;
	u64 minimum, maximum;		/* of its number; both 0: a word, or a flag without value */
	const char *meaning;		/* one line, for the refusal and the docs */
};

extern const struct option personality_options[];	/* ends with key NULL; a list, not a hook */

void options_check(void);
u64 option_number(const char *key, u64 otherwise);
bool option_word(const char *key, char *value, size_t size);	/* false: not given */
