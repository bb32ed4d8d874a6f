/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line discipline: characters as they are typed become lines, with what is to be shown for them.  Backspace takes the last character back,
 * Ctrl-U all, Ctrl-D ends the input.  Pure, so that the host tests all of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define LINE_BYTES	256		/* of a line, its end included; more is not taken */
#define LINE_ECHO	(3 * LINE_BYTES)

struct line {
	char text[LINE_BYTES];
	size_t length;
	char echo[LINE_ECHO];		/* to be shown for the last character */
	size_t echoes;
};

/*
 * One more character.  True: the line is complete, with "\n" at its end, or without characters, which is the input's end; whoever has taken it sets
 * length to 0.
 */
bool line_type(struct line *line, char c);
