/* SPDX-License-Identifier: BSD-2-Clause */
/* The archive's reader on any bytes: whatever they are, what it hands out lies within them. */
#include <stdlib.h>
#include <string.h>
#include <janus/archive.h>
#include "unit.h"

static void
file_verify(const struct archive *archive, const struct archive_file *file)
{
	const unsigned char *end = archive->base + archive->bytes;
	const unsigned char *name = (const unsigned char *)file->name;

	expect(name >= archive->base && name < end);
	expect(strlen(file->name) < ARCHIVE_NAME_LIMIT && file->name[0] != '/');
	expect(file->data > name && file->data <= end && file->bytes <= (size_t)(end - file->data));
}

/* A name that comes in the walk is found, unless what has it is no regular file. */
static void
find_verify(const struct archive *archive, const char *name)
{
	struct archive again;
	struct archive_file file;

	archive_open(&again, archive->base, archive->bytes);
	if (archive_find(&again, name, &file) == OK)
		expect(strcmp(file.name, name) == 0 && (file.mode & 0170000) == 0100000);
}

/* Takes all the bytes: there are no steps. */
static void
setup(struct input *in)
{
	struct archive archive;
	struct archive_file file;
	enum status status;
	size_t before = 0, bytes = in->left;
	unsigned char *copy = malloc(bytes ? bytes : 1);

	memcpy(copy, in->byte, bytes);
	in->left = 0;
	archive_open(&archive, copy, bytes);
	while ((status = archive_next(&archive, &file)) == OK) {
		expect(archive.next > before && archive.next <= bytes);
		before = archive.next;
		file_verify(&archive, &file);
		find_verify(&archive, file.name);
	}
	expect(status == ERR_NOT_FOUND || (status == ERR_BAD_VALUE && archive.problem));
	free(copy);
}

static void
nothing(void)
{
}

const struct operations ops_archive = { .name = "archive", .setup = setup, .verify = nothing, .teardown = nothing };
