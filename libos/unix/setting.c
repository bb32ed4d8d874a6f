/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot archive, and the settings of the domain's line in its manifest: rewrite=on|off|count, trust=shared, deaths=NAME. */
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
settings_read(struct settings *s, const char *name)
{
	static struct manifest_program line;
	struct archive archive;
	struct archive_file file;
	struct manifest manifest;

	*s = (struct settings){ 0 };
	rt_archive_open(&archive);
	must(archive_find(&archive, ARCHIVE_MANIFEST, &file), "manifest");
	manifest_open(&manifest, (const char *)file.data, file.bytes);
	line_find(&manifest, name, &line);
	for (unsigned i = settings_first(&line); i < line.settings; i++)
		setting_read(s, line.key[i], line.value[i]);
}
