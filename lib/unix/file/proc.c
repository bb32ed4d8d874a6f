/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tree below /proc: a row a name, and the two places where names are numbers, of processes and of descriptors.  A place in a directory is the number of a row, or
 * ROWS and a name's number.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unix/arena.h>
#include "objects.h"
#include "open.h"
#include "text.h"

enum item { ITEM_ROOT, ITEM_PROCESS, ITEM_FD, ITEM_FD_LINK, ITEM_SELF, ITEM_SYS, ITEM_KERNEL, ITEM_EXE, ITEM_CWD, ITEM_TOP };

#define MADE_NUMBERS	0x10000000000ul	/* of nodes of /proc */

static const struct row {
	uint16_t parent;		/* an item that is a directory */
	const char *name;		/* "": a number */
	uint32_t mode;
	void (*show)(struct text *x, struct process *p);
} rows[] = {
	[ITEM_ROOT] = { ITEM_ROOT, "proc", S_IFDIR | 0555, NULL },
	[ITEM_PROCESS] = { ITEM_ROOT, "", S_IFDIR | 0555, NULL },
	[ITEM_FD] = { ITEM_PROCESS, "fd", S_IFDIR | 0500, NULL },
	[ITEM_FD_LINK] = { ITEM_FD, "", S_IFLNK | 0700, NULL },
	[ITEM_SELF] = { ITEM_ROOT, "self", S_IFLNK | 0777, NULL },
	[ITEM_SYS] = { ITEM_ROOT, "sys", S_IFDIR | 0555, NULL },
	[ITEM_KERNEL] = { ITEM_SYS, "kernel", S_IFDIR | 0555, NULL },
	[ITEM_EXE] = { ITEM_PROCESS, "exe", S_IFLNK | 0777, NULL },
	[ITEM_CWD] = { ITEM_PROCESS, "cwd", S_IFLNK | 0777, NULL },
	[ITEM_TOP] = { ITEM_PROCESS, "root", S_IFLNK | 0777, NULL },
	{ ITEM_PROCESS, "cmdline", S_IFREG | 0444, show_arguments },
	{ ITEM_PROCESS, "comm", S_IFREG | 0444, show_name },
	{ ITEM_PROCESS, "environ", S_IFREG | 0400, show_environment },
	{ ITEM_PROCESS, "maps", S_IFREG | 0444, show_maps },
	{ ITEM_PROCESS, "mounts", S_IFREG | 0444, show_mounts },
	{ ITEM_PROCESS, "stat", S_IFREG | 0444, show_process },
	{ ITEM_PROCESS, "statm", S_IFREG | 0444, show_sizes },
	{ ITEM_PROCESS, "status", S_IFREG | 0444, show_status },
	{ ITEM_ROOT, "cpuinfo", S_IFREG | 0444, show_cpuinfo },
	{ ITEM_ROOT, "filesystems", S_IFREG | 0444, show_filesystems },
	{ ITEM_ROOT, "loadavg", S_IFREG | 0444, show_loadavg },
	{ ITEM_ROOT, "meminfo", S_IFREG | 0444, show_meminfo },
	{ ITEM_ROOT, "mounts", S_IFREG | 0444, show_mounts },
	{ ITEM_ROOT, "slabinfo", S_IFREG | 0400, show_objects },
	{ ITEM_ROOT, "stat", S_IFREG | 0444, show_system },
	{ ITEM_ROOT, "uptime", S_IFREG | 0444, show_uptime },
	{ ITEM_ROOT, "version", S_IFREG | 0444, show_version },
	{ ITEM_KERNEL, "hostname", S_IFREG | 0444, show_host_name },
	{ ITEM_KERNEL, "osrelease", S_IFREG | 0444, show_release },
	{ ITEM_KERNEL, "ostype", S_IFREG | 0444, show_type },
	{ ITEM_KERNEL, "pid_max", S_IFREG | 0444, show_pid_max },
};

#define ROWS (sizeof(rows) / sizeof(*rows))

/* --- nodes ----------------------------------------------------------------------------------------------------------------------------- */

static uint64_t
item_number(unsigned item, int32_t pid, int32_t descriptor)
{
	return MADE_NUMBERS + ((uint64_t)(uint32_t)pid << 20) + ((uint64_t)item << 12) + (uint32_t)descriptor;
}

static int
item_make(unsigned item, int32_t pid, int32_t descriptor, struct node **made)
{
	struct node *n = node_create(NULL, rows[item].mode);
	const struct process *p = pid ? process_find(pid) : NULL;

	if (!n)
		return -ENOMEM;
	n->sort = NODE_PROCESS;
	n->item = (uint16_t)item;
	n->links = S_ISDIR(n->mode) ? 2 : 1;
	n->size = 0;
	n->number = item_number(item, pid, descriptor);
	n->pid = pid;
	n->descriptor = descriptor;
	n->uid = p ? p->who.euid : 0;
	n->gid = p ? p->who.egid : 0;
	*made = n;
	return 0;
}

/* --- names ----------------------------------------------------------------------------------------------------------------------------- */

static bool
has_numbers(const struct node *directory)
{
	return directory->item == ITEM_ROOT || directory->item == ITEM_FD;
}

/* The process of a node that is of one; NULL: it is no more. */
static struct process *
process_of(const struct node *n)
{
	return n->pid ? process_find(n->pid) : NULL;
}

static struct file *
descriptor_of(const struct node *n, uint32_t number)
{
	const struct process *p = process_of(n);

	return p && p->files ? files_at(p->files, (int)number) : NULL;
}

/* The lowest number from FROM on that DIRECTORY has as a name; UINT32_MAX: there is none. */
static uint32_t
number_next(const struct node *directory, uint32_t from)
{
	uint32_t lowest = UINT32_MAX;

	if (directory->item == ITEM_FD) {
		while (from < FILES_LIMIT && !descriptor_of(directory, from))
			from++;
		return from < FILES_LIMIT ? from : lowest;
	}
	for (const struct process *p = shared->process.first; p; p = p->next) {
		if ((uint32_t)p->pid >= from && (uint32_t)p->pid < lowest)
			lowest = (uint32_t)p->pid;
	}
	return lowest;
}

static int
number_find(const struct node *directory, uint32_t number, struct node **found)
{
	if (directory->item == ITEM_FD)
		return descriptor_of(directory, number) ? item_make(ITEM_FD_LINK, directory->pid, (int32_t)number, found) : -ENOENT;
	return process_find((int32_t)number) ? item_make(ITEM_PROCESS, (int32_t)number, 0, found) : -ENOENT;
}

static bool
row_is(const struct row *r, unsigned parent, const char *name, unsigned length)
{
	return r->parent == parent && *r->name && strlen(r->name) == length && !memcmp(r->name, name, length);
}

int
proc_find(const struct node *directory, const char *name, unsigned length, struct node **found)
{
	uint32_t number;

	if (directory->pid && !process_of(directory))
		return -ENOENT;
	for (unsigned item = 1; item < ROWS; item++) {
		if (row_is(&rows[item], directory->item, name, length))
			return item_make(item, directory->pid, 0, found);
	}
	return has_numbers(directory) && text_number(name, length, &number) ? number_find(directory, number, found) : -ENOENT;
}

void
proc_list(const struct node *n, uint64_t from, struct listing *l)
{
	char text[12];
	uint32_t number;

	for (; from < ROWS; from++) {
		const struct row *r = &rows[from];
		if (from && r->parent == n->item && *r->name && !list_name(l, r->name, strlen(r->name), item_number((unsigned)from, n->pid, 0), r->mode, from + 3))
			return;
	}
	if (!has_numbers(n))
		return;
	unsigned item = n->item == ITEM_FD ? ITEM_FD_LINK : ITEM_PROCESS;
	for (from -= ROWS; (number = number_next(n, (uint32_t)from)) != UINT32_MAX; from = number + 1ul) {
		uint64_t inode = item == ITEM_FD_LINK ? item_number(item, n->pid, (int32_t)number) : item_number(item, (int32_t)number, 0);
		if (!list_name(l, text, number_text(number, text), inode, rows[item].mode, ROWS + number + 3))
			return;
	}
}

/* As it is below /proc. */
size_t
proc_name(const struct node *n, char name[MADE_NAME])
{
	char number[12] = "", own[12] = "";

	if (n->pid)
		number[number_text((uint32_t)n->pid, number)] = 0;
	switch (n->item) {
	case ITEM_PROCESS:
		return (size_t)snprintf(name, MADE_NAME, "%s", number);
	case ITEM_FD_LINK:
		own[number_text((uint32_t)n->descriptor, own)] = 0;
		return (size_t)snprintf(name, MADE_NAME, "%s/fd/%s", number, own);
	default:
		if (n->pid)
			return (size_t)snprintf(name, MADE_NAME, "%s/%s", number, rows[n->item].name);
		return (size_t)snprintf(name, MADE_NAME, "%s%s", rows[n->item].parent == ITEM_KERNEL ? "sys/kernel/" : rows[n->item].parent == ITEM_SYS ? "sys/" : "", rows[n->item].name);
	}
}

int
proc_parent(const struct node *n, struct node **found)
{
	unsigned parent = rows[n->item].parent;

	if (parent != ITEM_ROOT)
		return item_make(parent, n->pid, 0, found);
	*found = node_held(shared->file.process);
	return 0;
}

/* --- links ----------------------------------------------------------------------------------------------------------------------------- */

/* Only its owner may look into a process. */
static bool
may_look(struct task *t, const struct process *p)
{
	return p == t->process || privileged(t) || t->process->who.fsuid == p->who.euid;
}

static struct node *
node_of(const struct process *p, unsigned item)
{
	switch (item) {
	case ITEM_EXE:
		return p->memory ? p->memory->program : NULL;
	case ITEM_CWD:
		return p->files ? p->files->directory : NULL;
	case ITEM_TOP:
		return p->files ? p->files->root : NULL;
	default:
		return NULL;
	}
}

int
proc_jump(struct task *t, const struct node *link, struct node **to, struct file **file)
{
	const struct process *p = process_of(link);

	if (link->item == ITEM_SELF)
		return item_make(ITEM_PROCESS, t->process->pid, 0, to);
	if (!p)
		return -ENOENT;
	if (!may_look(t, p))
		return -EACCES;
	struct file *f = link->item == ITEM_FD_LINK ? descriptor_of(link, (uint32_t)link->descriptor) : NULL;
	*to = f ? f->node : node_of(p, link->item);
	if (*to) {
		node_held(*to);
		return 0;
	}
	if (!f)
		return -ENOENT;
	*file = f;
	file_hold(f);
	return 0;
}

static const char *
file_text(const struct file *f, char *text, size_t bytes)
{
	static const char *const form[FILE_KINDS] = { [FILE_PIPE] = "pipe:[%lu]", [FILE_SOCKET] = "socket:[%lu]", [FILE_TERMINAL] = "/dev/ptmx",
		[FILE_EVENT] = "anon_inode:[eventfd]", [FILE_TIMER] = "anon_inode:[timerfd]", [FILE_EPOLL] = "anon_inode:[eventpoll]",
		[FILE_SIGNAL] = "anon_inode:[signalfd]" };

	if (!form[f->kind])
		return NULL;
	snprintf(text, bytes, form[f->kind], file_number(f));
	return text;
}

int
proc_target(struct task *t, const struct node *link, char *text, size_t bytes, const char **target)
{
	struct node *to = NULL;
	struct file *f = NULL;

	if (link->item == ITEM_SELF) {
		text[number_text((uint32_t)t->process->pid, text)] = 0;
		*target = text;
		return 0;
	}
	int error = proc_jump(t, link, &to, &f);
	if (error)
		return error;
	*target = to ? node_path(t, to, text, bytes) : file_text(f, text, bytes);
	if (to)
		node_left(to);
	else
		file_drop(f);
	return *target ? 0 : -ENAMETOOLONG;
}

/* --- text ------------------------------------------------------------------------------------------------------------------------------ */

void
text_add(struct text *x, const char *from, size_t bytes)
{
	if (x->skip >= bytes) {
		x->skip -= bytes;
		return;
	}
	from += x->skip;
	bytes -= x->skip;
	x->skip = 0;
	if (bytes > x->data->left)
		bytes = x->data->left;
	if (x->error || !bytes)
		return;
	x->error = data_put(x->data, from, bytes);
	x->done += x->error ? 0 : bytes;
}

void
text_format(struct text *x, const char *format, ...)
{
	char line[256];
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	text_add(x, line, (size_t)length < sizeof(line) ? (size_t)length : sizeof(line) - 1);
}

static int64_t
text_get(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	struct process *p = process_of(f->node);
	struct text x = { .task = t, .data = d, .skip = *position };

	if (f->node->pid && !p)
		return -ESRCH;
	rows[f->node->item].show(&x, p);
	*position += x.done;
	return x.done || !x.error ? (int64_t)x.done : x.error;
}

static int64_t
text_seek(struct file *f, int64_t offset, int whence)
{
	if (whence != SEEK_SET && whence != SEEK_CUR)
		return -EINVAL;
	return seek_to(f, whence == SEEK_CUR ? (int64_t)f->position : 0, offset);
}

const struct file_operation text_operation = {
	.read = text_get,
	.seek = text_seek,
};
