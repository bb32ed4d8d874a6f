/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths, names and what they are of: the calls, with each error that they have. */
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

static int
stat_path(const char *path)
{
	return (int)unix_stat(task, P(path), P(&status));
}

static void
test_archive_is_the_tree(void **state)
{
	assert_string_equal(read_path("/etc/text"), "one\ntwo\n");
	assert_string_equal(read_path("/etc/link"), "one\ntwo\n");
	assert_string_equal(read_path("/etc/long-link"), "one\ntwo\n");
	assert_int_equal(stat_path("/bin/tool"), 0);
	assert_int_equal(status.st_mode, S_IFREG | 0755);
	assert_int_equal(status.st_size, 7);
	assert_int_equal(stat_path("/tmp"), 0);
	assert_int_equal(status.st_mode, S_IFDIR | 01777);
	assert_int_equal(stat_path("/dev/null"), 0);
	assert_true(S_ISCHR(status.st_mode));
}

static void
test_paths(void **state)
{
	char longer[PATH_LIMIT + 2], name[300];

	memset(longer, 'a', sizeof(longer));
	longer[sizeof(longer) - 1] = 0;
	memset(name, 'b', sizeof(name));
	name[0] = '/';
	name[257] = 0;
	assert_int_equal(stat_path("///etc//./../etc/text"), 0);
	assert_int_equal(stat_path("/.."), 0);
	assert_int_equal(stat_path("/etc/"), 0);
	assert_int_equal(stat_path(""), -ENOENT);
	assert_int_equal(stat_path("/none"), -ENOENT);
	assert_int_equal(stat_path("/none/x"), -ENOENT);
	assert_int_equal(stat_path("/etc/text/"), -ENOTDIR);
	assert_int_equal(stat_path("/etc/text/x"), -ENOTDIR);
	assert_int_equal(stat_path(longer), -ENAMETOOLONG);
	assert_int_equal(stat_path(name), -ENAMETOOLONG);
	assert_int_equal(unix_stat(task, 8, P(&status)), -EFAULT);
	assert_int_equal(unix_stat(task, P("/etc"), 8), -EFAULT);
	assert_int_equal(unix_newfstatat(task, 9, P("x"), P(&status), 0), -EBADF);
	assert_int_equal(unix_newfstatat(task, AT_FDCWD, P("x"), P(&status), 0x4000), -EINVAL);
}

static void
test_links_lead_on(void **state)
{
	assert_int_equal(unix_symlink(task, P("/etc"), P("/tmp/dir")), 0);
	assert_int_equal(unix_symlink(task, P("loop"), P("/tmp/loop")), 0);
	assert_int_equal(unix_symlink(task, P("/none"), P("/tmp/dangling")), 0);
	assert_string_equal(read_path("/tmp/dir/text"), "one\ntwo\n");
	assert_string_equal(read_path("/tmp/dir/../etc/link"), "one\ntwo\n");
	assert_int_equal(stat_path("/tmp/loop"), -ELOOP);
	assert_int_equal(stat_path("/tmp/dangling"), -ENOENT);
	assert_int_equal(unix_lstat(task, P("/tmp/dangling"), P(&status)), 0);
	assert_true(S_ISLNK(status.st_mode));
	assert_int_equal(status.st_size, 5);
	assert_int_equal(unix_lstat(task, P("/tmp/dir/"), P(&status)), 0);
	assert_true(S_ISDIR(status.st_mode));
	assert_int_equal(open_path("/tmp/dir", O_RDONLY | O_NOFOLLOW), -ELOOP);
	assert_int_equal(unix_symlink(task, P(""), P("/tmp/x")), -ENOENT);
	assert_int_equal(unix_symlink(task, P("x"), P("/tmp/dir")), -EEXIST);
	assert_int_equal(unix_unlink(task, P("/tmp/dir")), 0);
	assert_int_equal(unix_unlink(task, P("/tmp/loop")), 0);
	assert_int_equal(unix_unlink(task, P("/tmp/dangling")), 0);
}

static void
test_readlink(void **state)
{
	char text[80] = "";

	assert_int_equal(unix_readlink(task, P("/etc/link"), P(text), sizeof(text)), 4);
	assert_memory_equal(text, "text", 4);
	assert_int_equal(unix_readlink(task, P("/etc/link"), P(text), 2), 2);
	assert_int_equal(unix_readlink(task, P("/etc/long-link"), P(text), sizeof(text)), 65);
	assert_int_equal(unix_readlink(task, P("/etc/text"), P(text), sizeof(text)), -EINVAL);
	assert_int_equal(unix_readlink(task, P("/etc/link"), P(text), 0), -EINVAL);
	assert_int_equal(unix_readlink(task, P("/none"), P(text), 1), -ENOENT);
	assert_int_equal(unix_readlink(task, P("/etc/link"), 8, 10), -EFAULT);
}

static void
test_open_errors(void **state)
{
	assert_int_equal(open_path("/none", O_RDONLY), -ENOENT);
	assert_int_equal(open_path("/etc", O_WRONLY), -EISDIR);
	assert_int_equal(open_path("/etc", O_CREAT | O_RDONLY), -EISDIR);
	assert_int_equal(open_path("/etc/text", O_DIRECTORY), -ENOTDIR);
	assert_int_equal(open_path("/etc/text", O_CREAT | O_EXCL), -EEXIST);
	assert_int_equal(open_path("/etc/link", O_CREAT | O_EXCL), -EEXIST);
	assert_int_equal(open_path("/tmp/new/", O_CREAT | O_WRONLY), -EISDIR);
	assert_int_equal(open_path("/none/new", O_CREAT | O_WRONLY), -ENOENT);
	assert_int_equal(open_path("/tmp", O_CREAT | O_DIRECTORY), -EINVAL);
	world_user(1000);
	assert_int_equal(open_path("/etc/text", O_WRONLY), -EACCES);
	assert_int_equal(open_path("/etc/new", O_CREAT | O_WRONLY), -EACCES);
	assert_int_equal(open_path("/dev/console", O_RDONLY), -EACCES);
	assert_int_equal(open_path("/etc/text", O_NOATIME), -EPERM);
}

static void
test_descriptors_end(void **state)
{
	task->process->limit[7][0] = 3;
	for (int fd = 0; fd < 3; fd++)
		assert_int_equal(open_path("/etc/text", O_RDONLY), fd);
	assert_int_equal(open_path("/etc/text", O_RDONLY), -EMFILE);
	assert_int_equal(unix_dup(task, 0), -EMFILE);
	assert_int_equal(unix_dup2(task, 0, 3), -EBADF);
	assert_int_equal(unix_close(task, 1), 0);
	assert_int_equal(unix_close(task, 1), -EBADF);
	assert_int_equal(unix_dup(task, 0), 1);
}

static void
test_directories(void **state)
{
	assert_int_equal(unix_mkdir(task, P("/tmp/a"), 0777), 0);
	assert_int_equal(stat_path("/tmp/a"), 0);
	assert_int_equal(status.st_mode, S_IFDIR | 0755);
	assert_int_equal(status.st_nlink, 2);
	assert_int_equal(unix_mkdir(task, P("/tmp/a/b/"), 0777), 0);
	assert_int_equal(stat_path("/tmp/a"), 0);
	assert_int_equal(status.st_nlink, 3);
	assert_int_equal(unix_mkdir(task, P("/tmp/a"), 0777), -EEXIST);
	assert_int_equal(unix_mkdir(task, P("/tmp/a/."), 0777), -EEXIST);
	assert_int_equal(unix_mkdir(task, P("/"), 0777), -EEXIST);
	assert_int_equal(unix_mkdir(task, P("/none/x"), 0777), -ENOENT);
	assert_int_equal(unix_rmdir(task, P("/tmp/a")), -ENOTEMPTY);
	assert_int_equal(unix_rmdir(task, P("/tmp/a/b/..")), -ENOTEMPTY);
	assert_int_equal(unix_rmdir(task, P("/tmp/a/.")), -EINVAL);
	assert_int_equal(unix_rmdir(task, P("/")), -EBUSY);
	assert_int_equal(unix_rmdir(task, P("/proc")), -EBUSY);
	assert_int_equal(unix_rmdir(task, P("/etc/text")), -ENOTDIR);
	assert_int_equal(unix_unlink(task, P("/tmp/a")), -EISDIR);
	assert_int_equal(unix_unlinkat(task, AT_FDCWD, P("/tmp/a"), 1), -EINVAL);
	assert_int_equal(unix_rmdir(task, P("/tmp/a/b")), 0);
	assert_int_equal(unix_rmdir(task, P("/tmp/a/")), 0);
	assert_int_equal(unix_rmdir(task, P("/tmp/a")), -ENOENT);
}

static void
test_names_come_and_go(void **state)
{
	write_path("/tmp/one", "content");
	assert_int_equal(unix_link(task, P("/tmp/one"), P("/tmp/two")), 0);
	assert_int_equal(stat_path("/tmp/two"), 0);
	assert_int_equal(status.st_nlink, 2);
	assert_int_equal(unix_link(task, P("/tmp/one"), P("/tmp/two")), -EEXIST);
	assert_int_equal(unix_link(task, P("/tmp"), P("/tmp/dir")), -EPERM);
	assert_int_equal(unix_link(task, P("/none"), P("/tmp/x")), -ENOENT);
	assert_int_equal(unix_unlink(task, P("/tmp/one")), 0);
	assert_string_equal(read_path("/tmp/two"), "content");
	assert_int_equal(unix_unlink(task, P("/tmp/two/")), -ENOTDIR);
	assert_int_equal(unix_unlink(task, P("/tmp/two")), 0);
	assert_int_equal(unix_unlink(task, P("/tmp/two")), -ENOENT);
}

static void
test_open_file_outlives_its_name(void **state)
{
	char text[8], path[64];
	int fd;

	write_path("/tmp/x", "kept");
	fd = open_path("/tmp/x", O_RDONLY);
	assert_int_equal(unix_unlink(task, P("/tmp/x")), 0);
	assert_int_equal(unix_read(task, fd, P(text), 8), 4);
	assert_int_equal(unix_fstat(task, fd, P(&status)), 0);
	assert_int_equal(status.st_nlink, 0);
	const char *where = node_path(task, file_of(task, fd)->node, path, sizeof(path));
	assert_string_equal(where, "/tmp/x (deleted)");
}

static void
test_rename(void **state)
{
	write_path("/tmp/a", "a");
	write_path("/tmp/b", "b");
	assert_int_equal(unix_mkdir(task, P("/tmp/d"), 0755), 0);
	assert_int_equal(unix_mkdir(task, P("/tmp/d/e"), 0755), 0);
	assert_int_equal(unix_rename(task, P("/tmp/none"), P("/tmp/x")), -ENOENT);
	assert_int_equal(unix_rename(task, P("/tmp/a"), P("/tmp/d")), -EISDIR);
	assert_int_equal(unix_rename(task, P("/tmp/d"), P("/tmp/a")), -ENOTDIR);
	assert_int_equal(unix_rename(task, P("/tmp/d"), P("/tmp/d/e/f")), -EINVAL);
	assert_int_equal(unix_rename(task, P("/tmp/d/e"), P("/tmp/d")), -ENOTEMPTY);
	assert_int_equal(unix_rename(task, P("/tmp/a/"), P("/tmp/c")), -ENOTDIR);
	assert_int_equal(unix_rename(task, P("/tmp/."), P("/tmp/c")), -EBUSY);
	assert_int_equal(unix_renameat2(task, AT_FDCWD, P("/tmp/a"), AT_FDCWD, P("/tmp/b"), 1), -EEXIST);
	assert_int_equal(unix_renameat2(task, AT_FDCWD, P("/tmp/a"), AT_FDCWD, P("/tmp/b"), 3), -EINVAL);
	assert_int_equal(unix_renameat2(task, AT_FDCWD, P("/tmp/a"), AT_FDCWD, P("/tmp/c"), 2), -ENOENT);
	assert_int_equal(unix_renameat2(task, AT_FDCWD, P("/tmp/a"), AT_FDCWD, P("/tmp/d/e"), 2), 0);
	assert_string_equal(read_path("/tmp/d/e"), "a");
	assert_int_equal(stat_path("/tmp/a/."), 0);
	assert_int_equal(unix_rename(task, P("/tmp/d/e"), P("/tmp/b")), 0);
	assert_string_equal(read_path("/tmp/b"), "a");
	assert_int_equal(unix_rename(task, P("/tmp/a"), P("/tmp/d")), 0);
	assert_int_equal(stat_path("/tmp/a"), -ENOENT);
	assert_int_equal(unix_rename(task, P("/tmp/b"), P("/proc/b")), -EXDEV);
	assert_int_equal(unix_unlink(task, P("/tmp/b")), 0);
	assert_int_equal(unix_rmdir(task, P("/tmp/d")), 0);
}

static void
test_sticky_directory_keeps_names(void **state)
{
	write_path("/tmp/mine", "");
	world_user(1000);
	assert_int_equal(unix_unlink(task, P("/tmp/mine")), -EPERM);
	assert_int_equal(unix_rename(task, P("/tmp/mine"), P("/tmp/yours")), -EPERM);
	assert_int_equal(unix_unlink(task, P("/etc/text")), -EACCES);
	write_path("/tmp/own", "");
	assert_int_equal(unix_unlink(task, P("/tmp/own")), 0);
	world_user(0);
	assert_int_equal(unix_unlink(task, P("/tmp/mine")), 0);
}

static void
test_access_is_the_real_users(void **state)
{
	assert_int_equal(unix_access(task, P("/etc/text"), R_OK | W_OK), 0);
	assert_int_equal(unix_access(task, P("/etc/text"), X_OK), -EACCES);
	assert_int_equal(unix_access(task, P("/etc/text"), 8), -EINVAL);
	assert_int_equal(unix_access(task, P("/none"), F_OK), -ENOENT);
	task->process->who.uid = 1000;
	assert_int_equal(unix_access(task, P("/etc/text"), W_OK), -EACCES);
	assert_int_equal(unix_faccessat2(task, AT_FDCWD, P("/etc/text"), W_OK, AT_EACCESS), 0);
	assert_int_equal(task->process->who.fsuid, 0);
}

static void
test_working_directory(void **state)
{
	char text[64];

	assert_int_equal(unix_getcwd(task, P(text), sizeof(text)), 2);
	assert_int_equal(unix_mkdir(task, P("/tmp/w"), 0755), 0);
	assert_int_equal(unix_chdir(task, P("/tmp/w")), 0);
	assert_int_equal(unix_getcwd(task, P(text), sizeof(text)), 7);
	assert_string_equal(text, "/tmp/w");
	assert_int_equal(unix_getcwd(task, P(text), 6), -ERANGE);
	write_path("here", "x");
	assert_string_equal(read_path("/tmp/w/here"), "x");
	assert_int_equal(unix_unlink(task, P("here")), 0);
	assert_int_equal(unix_rmdir(task, P("../w")), 0);
	assert_int_equal(unix_getcwd(task, P(text), sizeof(text)), -ENOENT);
	assert_int_equal(open_path("gone", O_CREAT | O_WRONLY), -ENOENT);
	assert_int_equal(unix_mkdir(task, P("gone"), 0755), -ENOENT);
	assert_int_equal(unix_chdir(task, P("/etc/text")), -ENOTDIR);
	assert_int_equal(unix_chdir(task, P("/none")), -ENOENT);
	assert_int_equal(unix_chdir(task, P("/")), 0);
}

static void
test_root_is_a_wall(void **state)
{
	assert_int_equal(unix_chroot(task, P("/etc")), 0);
	assert_int_equal(unix_chdir(task, P("/")), 0);
	assert_string_equal(read_path("/../../text"), "one\ntwo\n");
	assert_int_equal(stat_path("/tmp"), -ENOENT);
	task->process->who.euid = 1;
	assert_int_equal(unix_chroot(task, P("/")), -EPERM);
}

static unsigned
count_names(const char *path, uint64_t room)
{
	uint64_t buffer[512];
	unsigned names = 0;
	int64_t bytes;
	int fd = open_path(path, O_RDONLY | O_DIRECTORY);

	while ((bytes = unix_getdents64(task, fd, P(buffer), room)) > 0) {
		for (char *at = (char *)buffer; at < (char *)buffer + bytes; at += *(uint16_t *)(at + 16))
			names++;
	}
	assert_int_equal(bytes, 0);
	assert_int_equal(unix_close(task, fd), 0);
	return names;
}

static void
test_directory_is_listed(void **state)
{
	uint64_t buffer[8];
	char path[] = "/tmp/n00";
	int fd;

	for (unsigned i = 0; i < 50; i++) {
		path[6] = (char)('0' + i / 10);
		path[7] = (char)('0' + i % 10);
		write_path(path, "");
	}
	assert_int_equal(count_names("/tmp", 4096), 52);
	assert_int_equal(count_names("/tmp", 100), 52);
	fd = open_path("/tmp", O_RDONLY);
	assert_int_equal(unix_getdents64(task, fd, P(buffer), 8), -EINVAL);
	assert_int_equal(unix_getdents64(task, 9, P(buffer), 64), -EBADF);
	assert_int_equal(unix_getdents64(task, open_path("/etc/text", O_RDONLY), P(buffer), 64), -ENOTDIR);
	for (unsigned i = 0; i < 50; i++) {
		path[6] = (char)('0' + i / 10);
		path[7] = (char)('0' + i % 10);
		assert_int_equal(unix_unlink(task, P(path)), 0);
	}
	assert_int_equal(count_names("/tmp", 4096), 2);
}

static void
test_memory_ends(void **state)
{
	unsigned pages = fake_pages, room = fake_shared;

	fake_shared = 0;
	while (arena_take(ARENA_NODE))
		;
	assert_int_equal(open_path("/tmp/x", O_CREAT | O_WRONLY), -ENOSPC);
	assert_int_equal(unix_mkdir(task, P("/tmp/x"), 0755), -ENOSPC);
	assert_int_equal(unix_symlink(task, P("x"), P("/tmp/x")), -ENOSPC);
	assert_int_equal(stat_path("/tmp/x"), -ENOENT);
	fake_shared = room;
	fake_pages = pages;
	shared->list[ARENA_NODE].taken = 0;
}

static int
world_leaves(void **state)
{
	host_unlock(task);
	fake_end();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_archive_is_the_tree), TEST(test_paths), TEST(test_links_lead_on), TEST(test_readlink), TEST(test_open_errors),
		TEST(test_descriptors_end), TEST(test_directories), TEST(test_names_come_and_go), TEST(test_open_file_outlives_its_name), TEST(test_rename),
		TEST(test_sticky_directory_keeps_names), TEST(test_access_is_the_real_users), TEST(test_working_directory), TEST(test_root_is_a_wall),
		TEST(test_directory_is_listed), cmocka_unit_test_setup_teardown(test_memory_ends, world_begin, world_leaves),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
