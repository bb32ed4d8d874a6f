/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What regular files contain: pages, made when they are first written or mapped.  What is not there is what the archive has, as far as content_bytes, and zeroes
 * behind it.  Bytes behind the file's end, in its last page, are zeroes always.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unix/arena.h>
#include "objects.h"

#define BRANCHES	1024		/* page numbers in a page */

static const unsigned char zeroes[UNIX_PAGE];

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* --- the tree of pages ----------------------------------------------------------------------------------------------------------------- */

static uint64_t
tree_room(uint32_t height)
{
	return 1ul << 10 * height;
}

static page_t *
branch_of(page_t table, uint64_t index, uint32_t height)
{
	return (page_t *)page_at(table) + (index >> 10 * (height - 1)) % BRANCHES;
}

/* 0: it is not there. */
static page_t
tree_find(const struct page_tree *tree, uint64_t index)
{
	page_t page = tree->root;

	if (index >= tree_room(tree->height))
		return 0;
	for (uint32_t height = tree->height; height && page; height--)
		page = *branch_of(page, index, height);
	return page;
}

/* 0: no memory. */
static page_t
table_make(void)
{
	page_t table = page_make();

	shared->file.tables += table != 0;
	return table;
}

/* Where page INDEX is noted, with the tables on the way made; NULL: no memory. */
static page_t *
tree_place(struct page_tree *tree, uint64_t index)
{
	while (index >= tree_room(tree->height)) {
		page_t table = tree->root ? table_make() : 0;
		if (tree->root && !table)
			return NULL;
		if (table)
			*branch_of(table, 0, 1) = tree->root;
		tree->root = table;
		tree->height++;
	}
	if (index >= tree->limit)
		tree->limit = index + 1;
	page_t *place = &tree->root;
	for (uint32_t height = tree->height; height; height--) {
		if (!*place)
			*place = table_make();
		if (!*place)
			return NULL;
		place = branch_of(*place, index, height);
	}
	return place;
}

/* Pages from FIRST to below END go, of the subtree TABLE that begins with BASE; then it, if it is wholly among them. */
static void
tree_cut(struct node *n, page_t *table, uint32_t height, uint64_t base, uint64_t first, uint64_t end)
{
	uint64_t room = tree_room(height), step = tree_room(height ? height - 1 : 0), last = least(base + room, least(end, n->pages.limit));

	if (!*table || base >= end || base + room <= first)
		return;
	for (uint64_t at = first > base ? first - first % step : base; height && at < last; at += step)
		tree_cut(n, branch_of(*table, at, height), height - 1, at, first, end);
	if (base < first || base + room > end)
		return;
	if (height) {
		shared->file.tables--;
	} else {
		n->page_count--;
		shared->file.pages--;
	}
	page_return(*table);
	*table = 0;
}

static void
pages_cut(struct node *n, uint64_t first, uint64_t end)
{
	tree_cut(n, &n->pages.root, n->pages.height, 0, first, end);
	if (!n->pages.root)
		n->pages = (struct page_tree){ 0 };
}

/* --- one page -------------------------------------------------------------------------------------------------------------------------- */

/* What page INDEX has from WITHIN on, and how much of it lies in one piece. */
static const unsigned char *
page_view(const struct node *n, uint64_t index, uint64_t within, uint64_t *bytes)
{
	uint64_t offset = index * UNIX_PAGE + within;
	page_t page = tree_find(&n->pages, index);

	*bytes = UNIX_PAGE - within;
	if (page)
		return (const unsigned char *)page_at(page) + within;
	if (offset >= n->content_bytes)
		return zeroes;
	*bytes = least(*bytes, n->content_bytes - offset);
	return n->content + offset;
}

uint64_t
content_limit(void)
{
	return host_page_end() / 2;
}

/* Page INDEX, made with what it shows so far; 0: no memory. */
static page_t
page_own(struct node *n, uint64_t index)
{
	page_t *place = tree_place(&n->pages, index);

	if (!place || *place)
		return place ? *place : 0;
	page_t page = shared->file.pages < content_limit() ? page_make() : 0;
	if (!page)
		return 0;
	if (index * UNIX_PAGE < n->content_bytes)
		memcpy(page_at(page), n->content + index * UNIX_PAGE, least(UNIX_PAGE, n->content_bytes - index * UNIX_PAGE));
	*place = page;
	n->page_count++;
	shared->file.pages++;
	return page;
}

int
node_page(struct node *n, uint64_t index, page_t *page)
{
	if (index >= (n->size + UNIX_PAGE - 1) / UNIX_PAGE)
		return -ENXIO;
	*page = page_own(n, index);
	return *page ? 0 : -ENOMEM;
}

const page_t *
node_pages(const struct node *n, uint64_t index, uint64_t *count)
{
	uint64_t pages = (n->size + UNIX_PAGE - 1) / UNIX_PAGE;
	const page_t *place = &n->pages.root;
	uint32_t height = n->pages.height;

	if (index >= pages || index >= tree_room(height))
		return NULL;
	*count = height ? least(pages - index, BRANCHES - index % BRANCHES) : 1;
	for (; height && *place; height--)
		place = branch_of(*place, index, height);
	return height ? NULL : place;
}

bool
content_page(const struct node *n, uint64_t index)
{
	return index * UNIX_PAGE < n->content_bytes || tree_find(&n->pages, index);
}

uint64_t
content_blocks(const struct node *n)
{
	uint64_t archived = (n->content_bytes + UNIX_PAGE - 1) / UNIX_PAGE;

	return (n->page_count > archived ? n->page_count : archived) * (UNIX_PAGE / 512);
}

/* --- reading --------------------------------------------------------------------------------------------------------------------------- */

int64_t
node_read(struct node *n, uint64_t offset, void *to, uint64_t bytes)
{
	uint64_t done = 0;

	bytes = offset < n->size ? least(bytes, n->size - offset) : 0;
	while (done < bytes) {
		uint64_t at = offset + done, piece;
		const unsigned char *from = page_view(n, at / UNIX_PAGE, at % UNIX_PAGE, &piece);
		piece = least(piece, bytes - done);
		memcpy((char *)to + done, from, piece);
		done += piece;
	}
	return (int64_t)done;
}

/* What was moved before an error counts. */
static int64_t
result_of(uint64_t done, int error)
{
	return done || !error ? (int64_t)done : error;
}

int64_t
content_get(struct node *n, uint64_t offset, struct user_data *d)
{
	uint64_t all = d->left, end = offset < n->size ? offset + least(all, n->size - offset) : offset;
	int error = 0;

	for (uint64_t at = offset; at < end && !error;) {
		uint64_t piece;
		const unsigned char *from = page_view(n, at / UNIX_PAGE, at % UNIX_PAGE, &piece);
		piece = least(piece, end - at);
		error = data_put(d, from, piece);
		at += piece;
	}
	return result_of(all - d->left, error);
}

/* --- writing --------------------------------------------------------------------------------------------------------------------------- */

/* What came is there as far as AT, of what was to come as far as END, in one page: what is behind the file's end stays zeroes. */
static void
tail_clear(const struct node *n, page_t page, uint64_t at, uint64_t end)
{
	uint64_t from = n->size > at ? n->size : at;

	if (from < end)
		memset((char *)page_at(page) + from % UNIX_PAGE, 0, end - from);
}

int64_t
content_put(struct node *n, uint64_t offset, struct user_data *d)
{
	uint64_t all = d->left, end = offset + all, done;
	int error = 0;

	for (uint64_t at = offset; at < end && !error;) {
		uint64_t piece = least(UNIX_PAGE - at % UNIX_PAGE, end - at);
		page_t page = page_own(n, at / UNIX_PAGE);
		error = page ? data_get(d, (char *)page_at(page) + at % UNIX_PAGE, piece) : -ENOSPC;
		if (error == -EFAULT)
			tail_clear(n, page, offset + all - d->left, at + piece);
		at += piece;
	}
	done = all - d->left;
	if (done && offset + done > n->size)
		n->size = offset + done;
	return result_of(done, error);
}

int
content_reserve(struct node *n, uint64_t offset, uint64_t bytes)
{
	if (bytes / UNIX_PAGE > content_limit() - shared->file.pages)
		return -ENOSPC;
	for (uint64_t index = offset / UNIX_PAGE; index * UNIX_PAGE < offset + bytes; index++) {
		if (!page_own(n, index))
			return -ENOSPC;
	}
	return 0;
}

/* Zeroes from WITHIN on, in a page that is there or of the archive; one that is neither has zeroes already. */
static void
page_clear(struct node *n, uint64_t index, uint64_t within, uint64_t bytes)
{
	page_t page = content_page(n, index) ? page_own(n, index) : 0;

	if (page)
		memset((char *)page_at(page) + within, 0, bytes);
}

void
content_clear(struct node *n, uint64_t offset, uint64_t bytes)
{
	uint64_t end = offset + bytes;

	while (offset < end) {
		uint64_t piece = least(UNIX_PAGE - offset % UNIX_PAGE, end - offset);
		if (piece == UNIX_PAGE && !n->mapped && offset >= n->content_bytes)
			pages_cut(n, offset / UNIX_PAGE, offset / UNIX_PAGE + 1);
		else
			page_clear(n, offset / UNIX_PAGE, offset % UNIX_PAGE, piece);
		offset += piece;
	}
}

void
content_cut(struct node *n, uint64_t bytes)
{
	uint64_t first = (bytes + UNIX_PAGE - 1) / UNIX_PAGE;
	page_t last = bytes % UNIX_PAGE ? tree_find(&n->pages, bytes / UNIX_PAGE) : 0;

	if (bytes < n->size) {
		if (n->mapped)
			memory_forget(n, first);
		pages_cut(n, first, UINT64_MAX);
		if (last)
			memset((char *)page_at(last) + bytes % UNIX_PAGE, 0, UNIX_PAGE - bytes % UNIX_PAGE);
		n->content_bytes = least(n->content_bytes, bytes);
	}
	n->size = bytes;
}

void
content_end(struct node *n)
{
	pages_cut(n, 0, UINT64_MAX);
}

struct node *
node_anonymous(uint64_t bytes)
{
	struct node *n = node_create(NULL, S_IFREG | 0777);

	if (n)
		n->size = bytes;
	return n;
}

/* --- symbolic links -------------------------------------------------------------------------------------------------------------------- */

int
target_set(struct node *n, const char *text, uint64_t bytes)
{
	char *to = n->target;

	if (bytes >= TARGET_SHORT) {
		page_t page = page_own(n, 0);
		if (!page)
			return -ENOSPC;
		to = page_at(page);
	}
	memcpy(to, text, bytes);
	n->size = bytes;
	return 0;
}

const char *
target_of(const struct node *n)
{
	return n->size < TARGET_SHORT ? n->target : page_at(n->pages.root);
}
