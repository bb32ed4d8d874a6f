/* SPDX-License-Identifier: BSD-2-Clause */
/* The line discipline of line.h. */
#include <string.h>
#include "line.h"

#define BACKSPACE	'\b'
#define DELETE		127
#define CONTROL(c)	((c) - '@')

static void
show(struct line *l, const char *text)
{
	size_t length = strlen(text);

	memcpy(l->echo + l->echoes, text, length);
	l->echoes += length;
}

static void
take_back(struct line *l)
{
	if (!l->length)
		return;
	l->length--;
	show(l, "\b \b");
}

bool
line_type(struct line *l, char c)
{
	char text[] = { c, '\0' };

	l->echoes = 0;
	if (c == '\r' || c == '\n') {
		l->text[l->length++] = '\n';
		show(l, "\r\n");
		return true;
	}
	if (c == CONTROL('D'))
		return l->length == 0;
	if (c == BACKSPACE || c == DELETE)
		take_back(l);
	else if (c == CONTROL('U'))
		while (l->length)
			take_back(l);
	else if ((unsigned char)c >= ' ' && l->length < LINE_BYTES - 1) {
		l->text[l->length++] = c;
		show(l, text);
	}
	return false;
}
