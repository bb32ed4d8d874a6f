/* SPDX-License-Identifier: BSD-2-Clause */
/* Text, as far as options and names need it. */
#include "core/string.h"

size_t
string_length(const char *s)
{
	size_t length = 0;

	while (s[length])
		length++;
	return length;
}

bool
string_begins(const char *s, const char *prefix, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (s[i] != prefix[i])
			return false;
	return true;
}

void
string_copy(char *to, size_t size, const char *from)
{
	size_t i;

	for (i = 0; i + 1 < size && from[i]; i++)
		to[i] = from[i];
	to[i] = '\0';
}
