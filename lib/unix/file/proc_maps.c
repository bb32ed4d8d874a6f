/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc/PID/maps. */
#include <stdio.h>
#include <string.h>
#include <unix/arena.h>
#include <janus/kinds.h>
#include "objects.h"
#include "text.h"

#define NAME_COLUMN 73

static const char *
area_text(struct text *x, const struct area *a)
{
	static const char *const name[] = { [AREA_HEAP] = "[heap]", [AREA_STACK] = "[stack]", [AREA_VDSO] = "[vdso]", [AREA_VVAR] = "[vvar]" };

	if (a->name != AREA_PLAIN)
		return name[a->name];
	const char *path = a->node && a->node->entries ? node_path(x->task, a->node, shared->file.text, PATH_LIMIT) : "";
	return path ? path : "";
}

static void
show_area(struct text *x, const struct area *a)
{
	const char *name = area_text(x, a);
	bool of_file = a->node && a->name == AREA_PLAIN;
	char line[128];
	int length = snprintf(line, sizeof(line), "%08lx-%08lx %c%c%c%c %08lx 00:%02x %lu", a->start, a->end, a->rights & RIGHT_READ ? 'r' : '-',
		a->rights & RIGHT_WRITE ? 'w' : '-', a->rights & RIGHT_EXECUTE ? 'x' : '-', a->sharing ? 's' : 'p', of_file ? a->offset : 0,
		of_file ? DEVICE_TREE : 0, of_file ? a->node->number : 0);

	text_add(x, line, (size_t)length);
	if (*name)
		text_format(x, "%*s", NAME_COLUMN - length > 1 ? NAME_COLUMN - length : 1, "");
	else
		text_add(x, " ", 1);
	text_add(x, name, strlen(name));
	text_add(x, "\n", 1);
}

void
show_maps(struct text *x, struct process *p)
{
	for (const struct area *a = p->memory ? p->memory->first : NULL; a; a = a->next)
		show_area(x, a);
}
