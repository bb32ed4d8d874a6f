/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a boot archive: a newc cpio that lies in memory.  Nothing is copied or allocated, and nothing outside of [base, base +
 * bytes) is read, whatever the archive says.  core/archive.c is built into the kernel and into rt, and needs neither.
 *
 *   header 110 bytes: "070701", 13 fields of 8 hexadecimal digits | name, terminated | to a multiple of 4 | data | to a multiple of 4 | next
 *
 * It ends with a member named "TRAILER!!!".  Leading "/" and "./" of names mean nothing.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <janus/status.h>

#define ARCHIVE_NAME_LIMIT	256	/* bytes of a name, its terminator included */
#define ARCHIVE_MANIFEST	"manifest"

struct archive {
	const unsigned char *base;
	size_t bytes;
	size_t next;			/* offset of the member that archive_next reads */
	const char *problem;		/* after ERR_BAD_VALUE: what is wrong with that member */
};

struct archive_file {
	const char *name;		/* terminated, without leading "/" and "./" */
	const unsigned char *data;
	size_t bytes;
	uint32_t mode;			/* as of stat */
};

/* Start at the archive's first member. */
void archive_open(struct archive *archive, const void *base, size_t bytes);

/* The next member, of whatever kind.  ERR_NOT_FOUND: no more; ERR_BAD_VALUE: the archive is damaged at byte archive->next. */
enum status archive_next(struct archive *archive, struct archive_file *file);

/* The first regular file of that name, from the archive's start.  Errors as archive_next. */
enum status archive_find(struct archive *archive, const char *name, struct archive_file *file);
