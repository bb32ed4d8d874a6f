/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects that all programs share: <unix/arena.h>. */
#include <errno.h>
#include <string.h>
#include <unix/arena.h>
#include <unix/shadow.h>
#include "file/objects.h"
#include "process/objects.h"
#include "terminal/objects.h"

/* Before the objects of a block. */
struct block {
	struct block *next;
	uint64_t bytes;
};

const struct arena_row arena_rows[ARENA_KINDS] = {
	[ARENA_TASK] = { "task", sizeof(struct task) },
	[ARENA_PROCESS] = { "process", sizeof(struct process) },
	[ARENA_MEMORY] = { "memory", sizeof(struct memory) },
	[ARENA_AREA] = { "area", sizeof(struct area) },
	[ARENA_FILE] = { "file", sizeof(struct file) },
	[ARENA_FILES] = { "files", sizeof(struct files) },
	[ARENA_FILES_BLOCK] = { "files_block", sizeof(struct files_block) },
	[ARENA_PIECES] = { "pieces", sizeof(struct piece_table) },
	[ARENA_NODE] = { "node", sizeof(struct node) },
	[ARENA_ENTRY] = { "entry", ENTRY_BYTES(NAME_SHORT) },
	[ARENA_LONG_ENTRY] = { "long_entry", ENTRY_BYTES(NAME_LIMIT) },
	[ARENA_PIPE] = { "pipe", sizeof(struct pipe) },
	[ARENA_SOCKET] = { "socket", sizeof(struct socket) },
	[ARENA_PARCEL] = { "parcel", sizeof(struct parcel) },
	[ARENA_RIGHTS] = { "rights", sizeof(struct rights) },
	[ARENA_TERMINAL] = { "terminal", sizeof(struct terminal) },
	[ARENA_TIMER] = { "timer", sizeof(struct timer) },
	[ARENA_EPOLL] = { "epoll", sizeof(struct epoll) },
	[ARENA_WATCH] = { "watch", sizeof(struct watch) },
	[ARENA_WAITER] = { "waiter", sizeof(struct waiter) },
	[ARENA_RECORD_LOCK] = { "record_lock", sizeof(struct record_lock) },
	[ARENA_SIGNAL] = { "signal", sizeof(struct signal_entry) },
	[ARENA_ALARM] = { "alarm", sizeof(struct alarm) },
	[ARENA_SHADOW] = { "shadow", sizeof(struct shadow_node) },
};

static uint64_t
pages_round(uint64_t bytes)
{
	return (bytes + UNIX_PAGE - 1) & -UNIX_PAGE;
}

int
arena_begin(void)
{
	return host_shared_alloc(pages_round(sizeof(struct unix_shared))) ? 0 : -ENOMEM;
}

/* Objects of SIZE in a new block join the free ones, the first first. */
static void
block_cut(struct arena_list *list, struct block *b, uint64_t size)
{
	char *first = (char *)(b + 1);
	uint64_t count = (b->bytes - sizeof(*b)) / size;

	b->next = list->first;
	list->first = b;
	list->made += (uint32_t)count;
	for (uint64_t i = count; i-- > 0;) {
		*(void **)(first + i * size) = list->free;
		list->free = first + i * size;
	}
}

/* A page, or as many as one object needs. */
static void
list_grow(struct arena_list *list, uint64_t size)
{
	uint64_t bytes = pages_round(sizeof(struct block) + size);
	struct block *b = host_shared_alloc(bytes);

	if (!b)
		return;
	b->bytes = bytes;
	block_cut(list, b, size);
}

static __attribute__((cold, noinline)) void *
pick_of_more(struct arena_list *list, enum arena_kind kind)
{
	list_grow(list, arena_rows[kind].bytes);
	return list->free ? arena_pick(kind) : NULL;
}

void *
arena_pick(enum arena_kind kind)
{
	struct arena_list *list = &shared->list[kind];
	void *object = list->free;

	if (!object)
		return pick_of_more(list, kind);
	list->free = *(void **)object;
	list->taken++;
	return object;
}

void *
arena_take(enum arena_kind kind)
{
	void *object = arena_pick(kind);

	return object ? memset(object, 0, arena_rows[kind].bytes) : NULL;
}

void
arena_give(enum arena_kind kind, void *object)
{
	struct arena_list *list = &shared->list[kind];

	*(void **)object = list->free;
	list->free = object;
	list->taken--;
}
