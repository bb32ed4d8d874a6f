/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of objects in the arena: a row of arena.c says how large one is. */
#pragma once

enum arena_kind {
	ARENA_TASK,
	ARENA_PROCESS,
	ARENA_MEMORY,
	ARENA_AREA,
	ARENA_FILE,
	ARENA_FILES,
	ARENA_NODE,
	ARENA_ENTRY,
	ARENA_PIPE,
	ARENA_SOCKET,
	ARENA_PARCEL,
	ARENA_RIGHTS,
	ARENA_TERMINAL,
	ARENA_TIMER,
	ARENA_EPOLL,
	ARENA_WATCH,
	ARENA_WAITER,
	ARENA_RECORD_LOCK,
	ARENA_KINDS,
};
