/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings of the domain's line in the manifest: rewrite=on|off|count, trust=shared, deaths=NAME. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <janus/archive.h>
#include <janus/manifest.h>
#include <janus/rt.h>
#include "manager.h"

static void
wrong(const char *key, const char *value, const char *known)
{
	printf("unix: %s=%s: %s\n", key, value, known);
	exit(EXIT_FAILURE);
}

static void
rewrite_read(struct settings *s, const char *value)
{
	s->counts = !strcmp(value, "count");
	s->rewrites = s->counts || !strcmp(value, "on");
	if (!s->rewrites && strcmp(value, "off"))
		wrong("rewrite", value, "on, off or count");
}

/* The domain's programs trust each other; another form is not built. */
static void
trust_read(const char *value)
{
	if (strcmp(value, "shared"))
		wrong("trust", value, "shared, nothing else");
}

static void
unknown(const char *key)
{
	printf("unix: there is no setting %s: rewrite=on|off|count, trust=shared, deaths=NAME\n", key);
	exit(EXIT_FAILURE);
}

static void
setting_read(struct settings *s, const char *key, const char *value)
{
	if (!strcmp(key, "rewrite"))
		rewrite_read(s, value);
	else if (!strcmp(key, "deaths"))
		s->deaths = value;
	else if (!strcmp(key, "trust"))
		trust_read(value);
	else
		unknown(key);
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
