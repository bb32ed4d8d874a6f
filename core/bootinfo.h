/* SPDX-License-Identifier: BSD-2-Clause */
/* The one struct bootinfo, and the words of the command line. */
#pragma once

#include <janus/bootinfo.h>
#include "core/types.h"

extern struct bootinfo bootinfo;

/*
 * Command-line options are words `key` or `key=value`.  Those that exist are in core_options (core/options.c) and in the
 * personality's own list; options_check() refuses to boot on any other, and on a value out of range, naming the word and what
 * there is.
 */
struct option {
	const char *key;
	const char *values;		/* of an option with words for values: "slot|sealed"; NULL: a number */
	u64 minimum, maximum;		/* of a number; both 0: a flag, without value */
	const char *meaning;		/* one line, for the refusal and the docs */
};

extern const struct option core_options[], personality_options[];	/* end with key NULL; lists, not hooks */

void options_check(void);

/* The value of KEY, or OTHERWISE when it is not given.  A flag that is given is 1; a word is its place in `values`. */
u64 option_value(const char *key, u64 otherwise);
