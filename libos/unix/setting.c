/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings of the domain's line in the manifest: rewrite=on|off|count, trust=shared, deaths=NAME. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "manager.h"

static void
rewrite_read(struct settings *s, const char *value)
{
	s->counts = !strcmp(value, "count");
	s->rewrites = s->counts || !strcmp(value, "on");
	if (!s->rewrites && strcmp(value, "off"))
		setting_wrong("rewrite", value, "on, off or count");
}

/* The domain's programs trust each other. */
static void
trust_read(const char *value)
{
	if (strcmp(value, "shared"))
		setting_wrong("trust", value, "shared; what protects is another program, unix-protected");
}

static void
unknown(const char *key)
{
	printf("unix: there is no setting %s: rewrite=on|off|count, trust=shared, deaths=NAME\n", key);
	exit(EXIT_FAILURE);
}

static void
setting_read(void *to, const char *key, const char *value)
{
	struct settings *s = to;

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
settings_read(struct settings *s, const char *name)
{
	*s = (struct settings){ 0 };
	settings_each(name, setting_read, s);
}
