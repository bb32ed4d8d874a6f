/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments and environment on their way from one memory to another: exec.h. */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unix/arena.h>
#include "process/exec.h"

#define STRING_LIMIT	(32 * UNIX_PAGE)	/* MAX_ARG_STRLEN, with its end */
#define TEXT_LEAST	(32 * UNIX_PAGE)	/* what RLIMIT_STACK cannot forbid */
#define TEXT_MOST	((4ul << 20) - UNIX_PAGE)
_Static_assert(TEXT_MOST / UNIX_PAGE < UNIX_PAGE / sizeof(page_t), "its pages are in one table");
#define WORDS		32			/* of a list, copied together */

int
text_begin(struct exec *x)
{
	uint64_t room = x->t->process->limit[RLIMIT_STACK][0] / 4;

	room = room < TEXT_LEAST ? TEXT_LEAST : room > TEXT_MOST ? TEXT_MOST : room;
	x->page_table = host_page_take();
	if (!x->page_table)
		return -ENOMEM;
	x->page = page_at(x->page_table);
	x->at = EXEC_TOP;
	x->limit = MEMORY_END - room;
	return 0;
}

void
text_end(struct exec *x)
{
	while (x->pages)
		host_page_give(x->page[--x->pages]);
	if (x->page_table)
		host_page_give(x->page_table);
	x->page_table = 0;
}

/* What is at ADDRESS of the strings. */
static char *
text_at(const struct exec *x, uint64_t address)
{
	uint64_t behind = MEMORY_END - 1 - address;

	return (char *)page_at(x->page[behind / UNIX_PAGE]) + address % UNIX_PAGE;
}

static int
page_more(struct exec *x)
{
	page_t page = host_page_take();

	if (!page)
		return -ENOMEM;
	x->page[x->pages++] = page;
	return 0;
}

/* The last bytes first, since the lowest page is the newest. */
static int
bytes_put(struct exec *x, const char *from, uint64_t bytes)
{
	if (bytes > x->at - x->limit)
		return -E2BIG;
	while (bytes) {
		uint64_t part = (x->at - 1) % UNIX_PAGE + 1;
		if (MEMORY_END - x->at >= x->pages * UNIX_PAGE) {
			int error = page_more(x);
			if (error)
				return error;
		}
		part = part < bytes ? part : bytes;
		bytes -= part;
		x->at -= part;
		memcpy(text_at(x, x->at), from + bytes, part);
	}
	return 0;
}

int
text_put(struct exec *x, const char *string)
{
	return bytes_put(x, string, strlen(string) + 1);
}

int
text_put_list(struct exec *x, const char *const *list, unsigned *count)
{
	unsigned n = 0;
	int error = 0;

	while (list[n])
		n++;
	*count = n;
	while (n && !error)
		error = text_put(x, list[--n]);
	return error;
}

/* --- a program's ------------------------------------------------------------------------------------------------------------------------- */

/* Length of a string that is longer than a page, its end included. */
static int64_t
long_length(struct exec *x, uint64_t from)
{
	char *text = shared->process.text;
	uint64_t length = 0;

	while (length < STRING_LIMIT) {
		uint64_t part = UNIX_PAGE - (from + length) % UNIX_PAGE;
		if (host_copy_in(x->t, text, from + length, part))
			return -EFAULT;
		uint64_t here = strnlen(text, part);
		if (here < part)
			return length + here < STRING_LIMIT ? (int64_t)(length + here + 1) : -E2BIG;
		length += part;
	}
	return -E2BIG;
}

static int
long_put(struct exec *x, uint64_t from)
{
	int64_t left = long_length(x, from);
	int error = left < 0 ? (int)left : 0;

	while (left > 0 && !error) {
		uint64_t part = (uint64_t)left < UNIX_PAGE ? (uint64_t)left : UNIX_PAGE;
		left -= (int64_t)part;
		error = host_copy_in(x->t, shared->process.text, from + (uint64_t)left, part);
		if (!error)
			error = bytes_put(x, shared->process.text, part);
	}
	return error;
}

static int
users_put(struct exec *x, uint64_t from)
{
	int64_t length = host_copy_text(x->t, shared->process.text, from, UNIX_PAGE);

	if (length == -ENAMETOOLONG)
		return long_put(x, from);
	return length < 0 ? (int)length : bytes_put(x, shared->process.text, (uint64_t)length + 1);
}

/* Words of a list that were copied together; it goes on in no other page than where its next word is. */
struct list_words {
	uint64_t word[WORDS];
	uint64_t from, to;	/* indices */
};

static int
word_at(struct exec *x, struct list_words *w, uint64_t list, uint64_t index, uint64_t *word)
{
	uint64_t at = list + index * sizeof(uint64_t);

	if (index < w->from || index >= w->to) {
		uint64_t bytes = UNIX_PAGE - at % UNIX_PAGE, most = sizeof(w->word);
		bytes = bytes < sizeof(uint64_t) ? sizeof(uint64_t) : bytes < most ? bytes & ~7ul : most;
		w->from = w->to = 0;
		if (host_copy_in(x->t, w->word, at, bytes))
			return -EFAULT;
		w->from = index;
		w->to = index + bytes / sizeof(uint64_t);
	}
	*word = w->word[index - w->from];
	return 0;
}

/* No list is an empty one. */
int
text_put_users(struct exec *x, uint64_t list, unsigned *count)
{
	struct list_words w = { .to = 0 };
	uint64_t word = 0, n = 0;
	int error = 0;

	*count = 0;
	if (!list)
		return 0;
	while (!(error = word_at(x, &w, list, n, &word)) && word) {
		if (++n > TEXT_MOST / sizeof(uint64_t))
			return -E2BIG;
	}
	*count = (unsigned)n;
	while (n && !error) {
		error = word_at(x, &w, list, --n, &word);
		if (!error)
			error = users_put(x, word);
	}
	return error;
}

/* --- in the new memory --------------------------------------------------------------------------------------------------------------------- */

uint64_t
text_length(const struct exec *x, uint64_t address)
{
	uint64_t length = 0;

	for (;;) {
		uint64_t part = UNIX_PAGE - (address + length) % UNIX_PAGE;
		uint64_t here = strnlen(text_at(x, address + length), part);
		length += here;
		if (here < part)
			return length;
	}
}

int
text_move(struct exec *x)
{
	static const uint64_t nothing;
	int error = image_write(x->t->process, EXEC_TOP, &nothing, sizeof(nothing));

	for (uint64_t at = x->at; at < EXEC_TOP && !error;) {
		uint64_t end = (at | (UNIX_PAGE - 1)) + 1;
		end = end < EXEC_TOP ? end : EXEC_TOP;
		error = image_write(x->t->process, at, text_at(x, at), end - at);
		at = end;
	}
	return error;
}
