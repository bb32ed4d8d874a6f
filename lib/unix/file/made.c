/* SPDX-License-Identifier: BSD-2-Clause */
/* Directories whose names are not stored: /dev/pts here, /proc by proc.c.  Their nodes are made when they are looked for, and go with the last who has one. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unix/arena.h>
#include "objects.h"
#include "open.h"

#define TERMINAL_NUMBERS 0x100000	/* of nodes of /dev/pts */

bool
text_number(const char *text, size_t length, uint32_t *number)
{
	*number = 0;
	if (!length || length > 9 || (text[0] == '0' && length > 1))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*number = *number * 10 + (uint32_t)(text[i] - '0');
	}
	return true;
}

size_t
number_text(uint32_t number, char *text)
{
	size_t length = 1;

	for (uint32_t rest = number; rest >= 10; rest /= 10)
		length++;
	for (size_t i = length; i-- > 0; number /= 10)
		text[i] = (char)('0' + number % 10);
	return length;
}

static int
terminal_find(const char *name, unsigned length, struct node **found)
{
	uint32_t number;

	if (!text_number(name, length, &number) || !terminal_exists(number))
		return -ENOENT;
	struct node *n = node_create(NULL, S_IFCHR | 0620);
	if (!n)
		return -ENOMEM;
	n->sort = NODE_TERMINAL;
	n->links = 1;
	n->number = TERMINAL_NUMBERS + number;
	n->device = makedev(DEVICE_PSEUDO, number);
	*found = n;
	return 0;
}

int
made_find(const struct node *directory, const char *name, unsigned length, struct node **found)
{
	return directory->sort == NODE_TERMINAL ? terminal_find(name, length, found) : proc_find(directory, name, length, found);
}

int
made_parent(const struct node *n, struct node **found)
{
	if (n->sort == NODE_PROCESS)
		return proc_parent(n, found);
	*found = node_held(shared->file.terminals);
	return 0;
}

void
made_list(const struct node *n, const struct file *f, struct listing *l)
{
	char text[12];

	if (n->sort == NODE_PROCESS) {
		proc_list(n, f->position - 2, l);
		return;
	}
	for (unsigned number = (unsigned)f->position - 2; number < TERMINALS; number++) {
		if (terminal_exists(number) && !list_name(l, text, number_text(number, text), TERMINAL_NUMBERS + number, S_IFCHR, number + 3))
			break;
	}
}

size_t
made_name(const struct node *n, char name[MADE_NAME])
{
	return n->sort == NODE_PROCESS ? proc_name(n, name) : number_text(minor(n->device), name);
}

struct node *
made_top(const struct node *n)
{
	return n->sort == NODE_TERMINAL ? shared->file.terminals : shared->file.process;
}
