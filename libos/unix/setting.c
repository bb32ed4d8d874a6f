/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings of the domain's line in the manifest: rewrite=on|off|count. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <janus/archive.h>
#include <janus/manifest.h>
#include <janus/rt.h>
#include "manager.h"

static void
setting_read(struct settings *s, const char *key, const char *value)
{
	if (strcmp(key, "rewrite")) {
		printf("unix: there is no setting %s: rewrite=on|off|count\n", key);
		exit(EXIT_FAILURE);
	}
	s->counts = !strcmp(value, "count");
	s->rewrites = s->counts || !strcmp(value, "on");
	if (s->rewrites || !strcmp(value, "off"))
		return;
	printf("unix: rewrite=%s: on, off or count\n", value);
	exit(EXIT_FAILURE);
}

void
settings_read(struct settings *s)
{
	static struct manifest_program line;
	struct archive archive;
	struct archive_file file;
	struct manifest manifest;

	*s = (struct settings){ 0 };
	rt_archive_open(&archive);
	must(archive_find(&archive, ARCHIVE_MANIFEST, &file), "manifest");
	manifest_open(&manifest, (const char *)file.data, file.bytes);
	must(manifest_next(&manifest, &line), "manifest");
	for (unsigned i = 0; i < line.settings; i++)
		setting_read(s, line.key[i], line.value[i]);
}
