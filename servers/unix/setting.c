/* SPDX-License-Identifier: BSD-2-Clause */
/* The server's own settings, in its line of the manifest: own_shadow=full|lazy. */
#include <stdio.h>
#include <string.h>
#include <janus/archive.h>
#include <janus/manifest.h>
#include "host.h"

#define OWN		"own_"		/* what the root task leaves to a program */

static bool
setting_read(const char *key, const char *value)
{
	if (strncmp(key, OWN, strlen(OWN)))
		return true;
	if (!strcmp(key, OWN "shadow") && space_shadow(value))
		return true;
	printf("unix: %s=%s is no setting: there are own_shadow=full and own_shadow=lazy\n", key, value);
	return false;
}

/* The line of the program that NAME is.  False: there is none. */
static bool
line_find(const char *name, const char *archive_start, size_t bytes, struct manifest_program *line)
{
	struct archive archive;
	struct archive_file file;
	struct manifest manifest;

	archive_open(&archive, archive_start, bytes);
	if (archive_find(&archive, ARCHIVE_MANIFEST, &file))
		return false;
	manifest_open(&manifest, (const char *)file.data, file.bytes);
	while (manifest_next(&manifest, line) == OK) {
		if (!strcmp(line->name, name))
			return true;
	}
	return false;
}

bool
settings_take(const char *name, const char *archive, size_t bytes)
{
	static struct manifest_program line;
	bool right = line_find(name, archive, bytes, &line);

	for (unsigned i = 0; right && i < line.settings; i++)
		right = setting_read(line.key[i], line.value[i]);
	return right;
}
