/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <cmocka.h>
#include "file_world.h"
#include "host.h"

struct task *task;

static unsigned char archive[65536];
static size_t archive_bytes;
static struct process *process;
static uint32_t taken[ARENA_KINDS];
static uint64_t file_pages;

static void
member(const char *name, unsigned mode, const void *data, size_t bytes)
{
	char *at = (char *)archive + archive_bytes;
	int header = sprintf(at, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 1, mode, 0, 0, 1, 0, (unsigned)bytes, 0, 0, 0, 0, (unsigned)strlen(name) + 1, 0);

	strcpy(at + header, name);
	archive_bytes += ((size_t)header + strlen(name) + 1 + 3) & ~3ul;
	memcpy(archive + archive_bytes, data, bytes);
	archive_bytes += (bytes + 3) & ~3ul;
}

static void
archive_make(void)
{
	unsigned char large[LARGE];

	for (unsigned i = 0; i < LARGE; i++)
		large[i] = (unsigned char)(i * 7);
	memset(archive, 0, sizeof(archive));
	archive_bytes = 0;
	member("bin/tool", 0100755, "#!tool\n", 7);
	member("etc", 040755, "", 0);
	member("etc/text", 0100644, "one\ntwo\n", 8);
	member("etc/large", 0100644, large, LARGE);
	member("etc/link", 0120777, "text", 4);
	member("etc/long-link", 0120777, "/etc/../etc/../etc/../etc/../etc/../etc/../etc/../etc/../etc/text", 65);
	member("TRAILER!!!", 0, "", 0);
}

static void
counts_note(void)
{
	for (unsigned i = 0; i < ARENA_KINDS; i++)
		taken[i] = shared->list[i].taken;
	file_pages = shared->file.pages;
}

int
world_begin(void **state)
{
	fake_begin(2048);
	archive_make();
	assert_int_equal(file_begin(archive, archive_bytes), 0);
	task = arena_take(ARENA_TASK);
	process = arena_take(ARENA_PROCESS);
	task->process = process;
	process->pid = task->tid = 7;
	process->task = task;
	process->umask = 022;
	shared->process.first = process;
	for (unsigned i = 0; i < LIMITS; i++)
		process->limit[i][0] = process->limit[i][1] = RLIM_INFINITY;
	counts_note();
	process->files = files_create();
	assert_non_null(process->files);
	host_lock(task);
	return 0;
}

/* Tests remove what they have made: all that was taken since is given back. */
int
world_end(void **state)
{
	host_unlock(task);
	files_drop(process->files);
	for (unsigned i = 0; i < ARENA_KINDS; i++)
		assert_int_equal(shared->list[i].taken, taken[i]);
	assert_int_equal(shared->file.pages, file_pages);
	fake_end();
	return 0;
}

int
open_path(const char *path, int flags)
{
	return (int)unix_open(task, P(path), flags, 0666);
}

/* A file with that content. */
void
write_path(const char *path, const char *text)
{
	int fd = open_path(path, O_CREAT | O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(unix_write(task, fd, P(text), strlen(text)), strlen(text));
	assert_int_equal(unix_close(task, fd), 0);
}

/* And a file's content, which is shorter than 256 bytes. */
const char *
read_path(const char *path)
{
	static char text[256];
	int fd = open_path(path, O_RDONLY);
	int64_t bytes = fd < 0 ? fd : unix_read(task, fd, P(text), sizeof(text) - 1);

	assert_true(bytes >= 0);
	text[bytes] = 0;
	assert_int_equal(unix_close(task, fd), 0);
	return text;
}

void
world_user(uint32_t uid)
{
	struct credentials *who = &process->who;

	who->uid = who->euid = who->suid = who->fsuid = uid;
	who->gid = who->egid = who->sgid = who->fsgid = uid;
}
