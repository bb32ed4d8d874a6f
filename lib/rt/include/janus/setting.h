/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of the manifest's settings, for the programs that start others: all of a text is one, or it is refused. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct setting_range {
	uint64_t first, count;
};

/* A number from LOW to HIGH, decimal or 0x... */
bool setting_number(const char *text, uint64_t low, uint64_t high, uint64_t *value);

/* Bytes, with K or M behind them, that are whole pages of 4 KiB: how many. */
bool setting_pages(const char *text, uint64_t *pages);

/* N%, from 1 to 100: so much of ALL. */
bool setting_share(const char *text, uint64_t all, uint64_t *value);

/* FIRST or FIRST+COUNT, in all below END; FIRST is a multiple of UNIT, and *RANGE is in units. */
bool setting_range(const char *text, uint64_t end, uint64_t unit, struct setting_range *range);

/* The next word of the list at *TEXT, which is moved behind it and its comma: its length, 0 at the end, -1 for an empty or overlong one. */
int setting_word(const char **text, char *word, size_t size);
