/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot archive, and the settings of the domain's line in its manifest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <exo/init.h>
#include <janus/archive.h>
#include <janus/layout.h>
#include <janus/manifest.h>
#include <janus/rt.h>
#include "manager.h"

/* Under init, which shares them where the first program has them, if its line says so. */
void
boot_find(void)
{
	if (rt_bootinfo)
		return;
	if (!init_setting("archive")) {
		printf("unix: there is no boot archive: archive=yes is not on its line\n");
		exit(EXIT_FAILURE);
	}
	rt_bootinfo = (const struct bootinfo *)USER_BOOTINFO;
}

void
setting_wrong(const char *key, const char *value, const char *known)
{
	printf("unix: %s=%s: %s\n", key, value, known);
	exit(EXIT_FAILURE);
}

/* Of the manifest's line NAME, which is there. */
static void
line_find(struct manifest *manifest, const char *name, struct manifest_program *line)
{
	do
		must(manifest_next(manifest, line), "manifest");
	while (strcmp(line->name, name));
}

/* Under init, what stands before and with archive=yes is init's. */
static unsigned
settings_first(const struct manifest_program *line)
{
	unsigned first = 0;

	while (first < line->settings && strcmp(line->key[first], "archive"))
		first++;
	return first < line->settings ? first + 1 : 0;
}

void
settings_each(const char *name, void (*read)(void *to, const char *key, const char *value), void *to)
{
	static struct manifest_program line;
	struct archive archive;
	struct archive_file file;
	struct manifest manifest;

	rt_archive_open(&archive);
	must(archive_find(&archive, ARCHIVE_MANIFEST, &file), "manifest");
	manifest_open(&manifest, (const char *)file.data, file.bytes);
	line_find(&manifest, name, &line);
	for (unsigned i = settings_first(&line); i < line.settings; i++)
		read(to, line.key[i], line.value[i]);
}
