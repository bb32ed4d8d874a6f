/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks of ranges and of files: against an array of bytes, waiting, deadlocks; and descriptors at fork and execve. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <cmocka.h>
#include "file_world.h"
#include "host.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

static struct task *other;

/* Another process, with the same descriptors. */
static int
begin(void **state)
{
	int error = world_begin(state);

	assert_int_equal(open_path("/tmp/locked", O_CREAT | O_RDWR), 0);
	other = arena_take(ARENA_TASK);
	other->process = arena_take(ARENA_PROCESS);
	*other->process = *task->process;
	other->process->pid = 9;
	other->process->files = files_fork(task->process->files);
	return error;
}

static int
end(void **state)
{
	files_drop(other->process->files);
	arena_give(ARENA_PROCESS, other->process);
	arena_give(ARENA_TASK, other);
	assert_int_equal(unix_unlink(task, P("/tmp/locked")), 0);
	return world_end(state);
}

static int64_t
lock(struct task *t, int command, int type, int64_t start, int64_t bytes)
{
	struct flock l = { .l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = bytes };

	return unix_fcntl(t, 0, command, P(&l));
}

/* What keeps T from an exclusive lock of a byte. */
static int
held(struct task *t, int64_t at)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at, .l_len = 1 };

	assert_int_equal(unix_fcntl(t, 0, F_GETLK, P(&l)), 0);
	return l.l_type;
}

#define BYTES 24

static void
test_ranges_are_a_models(void **state)
{
	int model[BYTES];

	srandom(5);
	for (int i = 0; i < BYTES; i++)
		model[i] = F_UNLCK;
	for (unsigned step = 0; step < 2000; step++) {
		int type = (int)(random() % 3), start = (int)(random() % BYTES), bytes = (int)(random() % (BYTES - start)) + 1;
		assert_int_equal(lock(task, F_SETLK, type, start, bytes), 0);
		for (int i = 0; i < bytes; i++)
			model[start + i] = type;
		for (int i = 0; i < BYTES; i++)
			assert_int_equal(held(other, i), model[i]);
	}
	assert_int_equal(lock(task, F_SETLK, F_UNLCK, 0, 0), 0);
	assert_int_equal(shared->list[ARENA_RECORD_LOCK].taken, 0);
}

static void
test_conflicts(void **state)
{
	assert_int_equal(lock(task, F_SETLK, F_RDLCK, 0, 10), 0);
	assert_int_equal(lock(other, F_SETLK, F_RDLCK, 5, 10), 0);
	assert_int_equal(lock(other, F_SETLK, F_WRLCK, 5, 10), -EAGAIN);
	assert_int_equal(lock(task, F_SETLK, F_WRLCK, 0, 5), 0);
	assert_int_equal(lock(task, F_SETLK, F_WRLCK, 0, 6), -EAGAIN);
	assert_int_equal(lock(task, F_SETLK, 9, 0, 6), -EINVAL);
	assert_int_equal(lock(task, F_SETLK, F_WRLCK, -1, 6), -EINVAL);
	assert_int_equal(lock(task, F_SETLK, F_WRLCK, 3, -6), -EINVAL);
	assert_int_equal(unix_fcntl(task, 0, F_SETLK, 8), -EFAULT);
	assert_int_equal(unix_fcntl(task, 99, F_SETLK, 8), -EBADF);
	assert_int_equal(unix_close(task, (int)unix_dup(task, 0)), 0);
	assert_int_equal(held(other, 0), F_UNLCK);
}

static void
unlock_it(struct task *t)
{
	host_lock(t);
	assert_int_equal(lock(task, F_SETLK, F_UNLCK, 0, 0), 0);
	host_unlock(t);
}

static void
test_waiting_ends_with_the_lock(void **state)
{
	assert_int_equal(lock(task, F_SETLK, F_WRLCK, 0, 10), 0);
	fake_meanwhile = unlock_it;
	assert_int_equal(lock(other, F_SETLKW, F_WRLCK, 0, 10), 0);
	assert_int_equal(held(task, 0), F_WRLCK);
	assert_null(shared->file.waiting);
}

/* While OTHER waits for TASK, TASK asks for what OTHER has. */
static void
ask_back(struct task *t)
{
	host_lock(t);
	assert_int_equal(lock(task, F_SETLKW, F_WRLCK, 10, 10), -EDEADLK);
	assert_int_equal(lock(task, F_SETLK, F_UNLCK, 0, 0), 0);
	host_unlock(t);
}

static void
test_deadlock_is_refused(void **state)
{
	assert_int_equal(lock(task, F_SETLK, F_WRLCK, 0, 10), 0);
	assert_int_equal(lock(other, F_SETLK, F_WRLCK, 10, 10), 0);
	fake_meanwhile = ask_back;
	assert_int_equal(lock(other, F_SETLKW, F_WRLCK, 0, 10), 0);
}

static void
test_flock_is_of_open_files(void **state)
{
	int again = open_path("/tmp/locked", O_RDWR);

	assert_int_equal(unix_flock(task, 0, LOCK_EX), 0);
	assert_int_equal(unix_flock(other, 0, LOCK_EX | LOCK_NB), 0);
	assert_int_equal(unix_flock(task, again, LOCK_SH | LOCK_NB), -EWOULDBLOCK);
	assert_int_equal(lock(other, F_SETLK, F_WRLCK, 0, 0), 0);
	assert_int_equal(unix_flock(other, 0, LOCK_UN), 0);
	assert_int_equal(unix_flock(task, again, LOCK_SH | LOCK_NB), 0);
	assert_int_equal(unix_flock(task, 0, LOCK_EX | LOCK_NB), -EWOULDBLOCK);
	assert_int_equal(unix_close(task, again), 0);
	assert_int_equal(unix_flock(task, 0, LOCK_EX | LOCK_NB), 0);
	assert_int_equal(unix_flock(task, 0, LOCK_SH | LOCK_EX), -EINVAL);
	assert_int_equal(unix_flock(task, 9, LOCK_EX), -EBADF);
}

static void
test_memory_ends(void **state)
{
	void *taken[100];
	unsigned count = 0;

	fake_shared = 0;
	while (count < 100 && (taken[count] = arena_take(ARENA_RECORD_LOCK)))
		count++;
	assert_int_equal(lock(task, F_SETLK, F_WRLCK, 0, 1), -ENOLCK);
	assert_int_equal(unix_flock(task, 0, LOCK_EX), -ENOLCK);
	while (count)
		arena_give(ARENA_RECORD_LOCK, taken[--count]);
}

static void
test_fork_shares_places(void **state)
{
	assert_int_equal(unix_write(task, 0, P("abc"), 3), 3);
	assert_int_equal(unix_lseek(other, 0, 0, SEEK_CUR), 3);
	assert_int_equal(unix_fcntl(other, 0, F_SETFL, O_APPEND), 0);
	assert_true(unix_fcntl(task, 0, F_GETFL, 0) & O_APPEND);
}

static void
test_execve_closes(void **state)
{
	assert_int_equal(unix_fcntl(other, 0, F_DUPFD_CLOEXEC, 200), 200);
	assert_int_equal(unix_fcntl(other, 200, F_GETFD, 0), FD_CLOEXEC);
	assert_int_equal(unix_dup2(other, 200, 1000), 1000);
	assert_int_equal(files_exec(other), 0);
	assert_null(file_of(other, 200));
	assert_non_null(file_of(other, 1000));
	assert_non_null(file_of(other, 0));
	assert_int_equal(unix_close_range(other, 900, ~0u, 0), 0);
	assert_null(file_of(other, 1000));
	assert_int_equal(unix_close_range(other, 5, 4, 0), -EINVAL);
}

static void
test_shared_descriptors_become_own(void **state)
{
	struct files *files = other->process->files;

	files->users++;
	assert_int_equal(unix_close_range(other, 0, 0, 2), 0);
	assert_ptr_not_equal(other->process->files, files);
	assert_non_null(files_at(files, 0));
	assert_null(file_of(other, 0));
	files_drop(files);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ranges_are_a_models), TEST(test_conflicts), TEST(test_waiting_ends_with_the_lock), TEST(test_deadlock_is_refused),
		TEST(test_flock_is_of_open_files), TEST(test_memory_ends), TEST(test_fork_shares_places), TEST(test_execve_closes),
		TEST(test_shared_descriptors_become_own),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
