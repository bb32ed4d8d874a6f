/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc and /dev/pts: names that are made when they are looked for. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "file_world.h"
#include "host.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

static struct stat status;
static char text[512];

static const char *
link_of(const char *path)
{
	int64_t length = unix_readlink(task, P(path), P(text), sizeof(text) - 1);

	assert_true(length > 0);
	text[length] = 0;
	return text;
}

static void
test_self_is_who_asks(void **state)
{
	strcpy(task->name, "tool");
	assert_string_equal(link_of("/proc/self"), "7");
	assert_string_equal(read_path("/proc/self/comm"), "tool\n");
	assert_string_equal(read_path("/proc/7/comm"), "tool\n");
	assert_string_equal(link_of("/proc/self/cwd"), "/");
	assert_int_equal(unix_stat(task, P("/proc/self/../7/fd/.."), P(&status)), 0);
	assert_int_equal(status.st_mode, S_IFDIR | 0555);
	assert_memory_equal(read_path("/proc/self/stat"), "7 (tool) ", 9);
	assert_memory_equal(read_path("/proc/self/status"), "Name:\ttool\n", 11);
}

static void
test_system_files(void **state)
{
	assert_memory_equal(read_path("/proc/meminfo"), "MemTotal: ", 10);
	assert_memory_equal(read_path("/proc/cpuinfo"), "processor\t: 0\n", 14);
	assert_non_null(strstr(read_path("/proc/mounts"), "proc /proc proc rw"));
	assert_string_equal(read_path("/proc/uptime"), "0.00 0.00\n");
	assert_string_equal(read_path("/proc/sys/kernel/ostype"), "Linux\n");
	assert_int_equal(unix_stat(task, P("/proc/sys/kernel/../../version"), P(&status)), 0);
}

static void
test_text_is_read_in_pieces(void **state)
{
	char whole[512], piece[3];
	int fd = open_path("/proc/meminfo", O_RDONLY);
	int64_t bytes = unix_pread64(task, fd, P(whole), sizeof(whole), 0), at = 0, got;

	while ((got = unix_read(task, fd, P(piece), sizeof(piece))) > 0) {
		assert_memory_equal(piece, whole + at, (size_t)got);
		at += got;
	}
	assert_int_equal(at, bytes);
	assert_int_equal(unix_lseek(task, fd, 4, SEEK_SET), 4);
	assert_int_equal(unix_lseek(task, fd, 0, SEEK_END), -EINVAL);
	assert_int_equal(unix_write(task, fd, P("x"), 1), -EBADF);
}

static void
test_descriptors_are_links(void **state)
{
	int fd = open_path("/etc/text", O_RDONLY), again;
	struct file *nameless = file_make(FILE_PIPE, O_RDONLY);

	assert_string_equal(link_of("/proc/self/fd/0"), "/etc/text");
	again = open_path("/dev/fd/0", O_RDONLY);
	assert_int_equal(unix_read(task, again, P(text), 4), 4);
	assert_int_equal(unix_lseek(task, fd, 0, SEEK_CUR), 0);
	assert_int_equal(unix_readlink(task, P("/proc/self/fd/9"), P(text), 9), -ENOENT);
	assert_int_equal(open_path("/proc/self/fd/09", O_RDONLY), -ENOENT);
	assert_int_equal(file_install(task, nameless, 0), 2);
	assert_memory_equal(link_of("/proc/self/fd/2"), "pipe:[", 6);
	assert_int_equal(open_path("/proc/self/fd/2", O_RDONLY), 3);
	assert_ptr_equal(file_of(task, 3), nameless);
	assert_int_equal(unix_stat(task, P("/proc/self/fd/2"), P(&status)), 0);
	assert_true(S_ISFIFO(status.st_mode));
	assert_int_equal(unix_stat(task, P("/proc/self/fd/2/x"), P(&status)), -ENOTDIR);
	assert_int_equal(unix_chmod(task, P("/proc/self/fd/2"), 0), -ENXIO);
}

static void
test_others_may_not_look(void **state)
{
	struct process *other = arena_take(ARENA_PROCESS);

	other->pid = 9;
	other->who.euid = 5;
	other->files = task->process->files;
	other->next = shared->process.first;
	shared->process.first = other;
	world_user(1000);
	assert_int_equal(unix_readlink(task, P("/proc/9/cwd"), P(text), 9), -EACCES);
	assert_int_equal(open_path("/proc/9/fd", O_RDONLY), -EACCES);
	assert_int_equal(open_path("/proc/9/environ", O_RDONLY), -EACCES);
	world_user(5);
	assert_string_equal(link_of("/proc/9/cwd"), "/");
	shared->process.first = other->next;
	arena_give(ARENA_PROCESS, other);
	assert_int_equal(open_path("/proc/9/stat", O_RDONLY), -ENOENT);
}

static void
test_nothing_is_made_there(void **state)
{
	assert_int_equal(open_path("/proc/new", O_CREAT | O_WRONLY), -ENOENT);
	assert_int_equal(unix_mkdir(task, P("/proc/new"), 0755), -ENOENT);
	assert_int_equal(unix_unlink(task, P("/proc/version")), -EPERM);
	assert_int_equal(unix_link(task, P("/proc/version"), P("/tmp/x")), -EXDEV);
	assert_int_equal(unix_chmod(task, P("/proc/version"), 0777), -EPERM);
	assert_int_equal(unix_truncate(task, P("/proc/version"), 0), -EPERM);
}

static int
names(const char *path, const char *wanted)
{
	uint64_t buffer[64];
	int64_t bytes;
	int found = 0, fd = open_path(path, O_RDONLY | O_DIRECTORY);

	while ((bytes = unix_getdents64(task, fd, P(buffer), sizeof(buffer))) > 0) {
		for (char *at = (char *)buffer; at < (char *)buffer + bytes; at += *(uint16_t *)(at + 16))
			found += !strcmp(at + 19, wanted);
	}
	assert_int_equal(unix_close(task, fd), 0);
	return found;
}

static void
test_made_directories_are_listed(void **state)
{
	assert_int_equal(names("/proc", "7"), 1);
	assert_int_equal(names("/proc", "meminfo"), 1);
	assert_int_equal(names("/proc", ".."), 1);
	assert_int_equal(names("/proc/self", "stat"), 1);
	assert_int_equal(names("/proc/self/fd", "0"), 1);
	assert_int_equal(names("/proc/self/fd", "1"), 0);
	assert_int_equal(names("/dev/pts", "3"), 1);
	assert_int_equal(unix_stat(task, P("/dev/pts/3"), P(&status)), 0);
	assert_true(S_ISCHR(status.st_mode));
	assert_int_equal(unix_stat(task, P("/dev/pts/4"), P(&status)), -ENOENT);
	assert_int_equal(unix_stat(task, P("/dev/pts/../null"), P(&status)), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_self_is_who_asks), TEST(test_system_files), TEST(test_text_is_read_in_pieces), TEST(test_descriptors_are_links),
		TEST(test_others_may_not_look), TEST(test_nothing_is_made_there), TEST(test_made_directories_are_listed),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
