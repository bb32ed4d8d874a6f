/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads what <janus/setting.h> says. */
#include <string.h>
#include <janus/setting.h>

#define PAGE		4096ul
#define BYTES_LIMIT	(1ul << 40)

static unsigned
digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a' + 10);
	return 99;
}

/* A number at *TEXT, which is moved behind it; one above LIMIT is none. */
static bool
number_read(const char **text, uint64_t limit, uint64_t *value)
{
	bool hexadecimal = (*text)[0] == '0' && (*text)[1] == 'x';
	const char *first = *text + (hexadecimal ? 2 : 0), *at = first;
	unsigned base = hexadecimal ? 16 : 10;

	for (*value = 0; digit(*at) < base; at++) {
		if (digit(*at) > limit || *value > (limit - digit(*at)) / base)
			return false;
		*value = *value * base + digit(*at);
	}
	*text = at;
	return at != first;
}

bool
setting_number(const char *text, uint64_t low, uint64_t high, uint64_t *value)
{
	return number_read(&text, high, value) && !*text && *value >= low;
}

bool
setting_pages(const char *text, uint64_t *pages)
{
	uint64_t bytes;

	if (!number_read(&text, BYTES_LIMIT, &bytes))
		return false;
	if (*text == 'K' || *text == 'M')
		bytes <<= *text++ == 'K' ? 10 : 20;
	*pages = bytes / PAGE;
	return !*text && bytes % PAGE == 0;
}

bool
setting_share(const char *text, uint64_t all, uint64_t *value)
{
	uint64_t percent;

	if (!number_read(&text, 100, &percent) || !percent || strcmp(text, "%"))
		return false;
	*value = all / 100 * percent;
	return true;
}

bool
setting_range(const char *text, uint64_t end, uint64_t unit, struct setting_range *range)
{
	if (!number_read(&text, end - 1, &range->first) || range->first % unit)
		return false;
	range->first /= unit;
	range->count = 1;
	if (*text == '+') {
		text++;
		if (!number_read(&text, end, &range->count) || !range->count)
			return false;
	}
	return !*text && range->count <= end / unit - range->first;
}

int
setting_word(const char **text, char *word, size_t size)
{
	size_t length = strcspn(*text, ",");

	if (length == 0 || length >= size || ((*text)[length] == ',' && !(*text)[length + 1]))
		return **text ? -1 : 0;
	memcpy(word, *text, length);
	word[length] = '\0';
	*text += length + ((*text)[length] == ',');
	return (int)length;
}
