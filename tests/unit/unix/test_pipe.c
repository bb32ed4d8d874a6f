/* SPDX-License-Identifier: BSD-2-Clause */
/* Pipes and FIFOs: bytes come as they went, writes are whole as they should be, ends are noticed; each error. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <cmocka.h>
#include "terminal_world.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)
#define ROOM 65536u

static char large[3 * ROOM], back[3 * ROOM];
static int end[2];

static void
pipe_make(int flags)
{
	assert_int_equal(unix_pipe2(leader, P(end), flags), 0);
}

static void
large_fill(void)
{
	for (unsigned i = 0; i < sizeof(large); i++)
		large[i] = (char)(i * 31 + i % ROOM / 4096);
}

static void
test_bytes_come_as_they_went(void **state)
{
	pipe_make(0);
	assert_int_equal(end[0], 0);
	assert_int_equal(end[1], 1);
	assert_int_equal(put(end[1], "one"), 3);
	assert_int_equal(put(end[1], "two"), 3);
	assert_string_equal(got(end[0]), "onetwo");
	assert_int_equal(put(end[1], ""), 0);
	assert_int_equal(read_fd(leader, end[0], back, 0), 0);
}

/* Odd sizes, so that the ring's end falls at every place. */
static void
test_bytes_around_the_ring(void **state)
{
	uint64_t in = 0, out = 0;

	large_fill();
	pipe_make(O_NONBLOCK);
	for (unsigned step = 0; step < 4000; step++) {
		uint64_t n = step * 37 % 5000 + 1, m = step * 53 % 5000 + 1;
		int64_t put_now = write_fd(leader, end[1], large + in % ROOM, n);
		in += put_now > 0 ? (uint64_t)put_now : 0;
		int64_t got_now = read_fd(leader, end[0], back, m);
		assert_memory_equal(back, large + out % ROOM, got_now > 0 ? got_now : 0);
		out += got_now > 0 ? (uint64_t)got_now : 0;
	}
	assert_true(out > 10 * ROOM);
}

static void
test_full_and_empty(void **state)
{
	int bytes = 0;

	pipe_make(O_NONBLOCK);
	assert_string_equal(got(end[0]), "-EAGAIN");
	assert_int_equal(write_fd(leader, end[1], large, sizeof(large)), ROOM);
	assert_int_equal(write_fd(leader, end[1], large, 1), -EAGAIN);
	assert_int_equal(control(end[0], FIONREAD, &bytes), 0);
	assert_int_equal(bytes, ROOM);
	assert_int_equal(control(end[0], TCGETS, &bytes), -ENOTTY);
	assert_int_equal(control(end[0], FIONREAD, (void *)BAD), -EFAULT);
}

/* What is not more than PIPE_BUF goes as a whole. */
static void
test_small_writes_are_whole(void **state)
{
	pipe_make(O_NONBLOCK);
	assert_int_equal(write_fd(leader, end[1], large, ROOM - 100), ROOM - 100);
	assert_int_equal(write_fd(leader, end[1], large, PIPE_BUF), -EAGAIN);
	assert_int_equal(write_fd(leader, end[1], large, PIPE_BUF + 1), 100);
}

static int reader_fd;
static uint64_t reads;

static void
reader_takes_all(struct task *t)
{
	host_lock(t);
	int64_t n = read_fd(other, reader_fd, back + reads, sizeof(back) - reads);
	reads += n > 0 ? (uint64_t)n : 0;
	host_unlock(t);
}

static void
test_a_large_write_waits_for_the_reader(void **state)
{
	large_fill();
	pipe_make(0);
	file_hold(file_of(leader, end[0]));
	reader_fd = file_install(other, file_of(leader, end[0]), 0);
	reads = 0;
	fake_meanwhile = reader_takes_all;
	assert_int_equal(write_fd(leader, end[1], large, sizeof(large)), sizeof(large));
	host_unlock(leader);
	reader_takes_all(leader);
	host_lock(leader);
	assert_memory_equal(back, large, sizeof(large));
}

static void
writer_writes(struct task *t)
{
	host_lock(t);
	put(end[1], "late");
	host_unlock(t);
}

static void
test_a_read_waits_for_the_writer(void **state)
{
	pipe_make(0);
	fake_meanwhile = writer_writes;
	assert_string_equal(got(end[0]), "late");
}

static void
signal_comes(struct task *t)
{
	t->signalled = true;
	wait_wake_task(t);
}

static void
test_a_signal_ends_the_wait(void **state)
{
	pipe_make(0);
	fake_meanwhile = signal_comes;
	assert_string_equal(got(end[0]), "-ERESTART");
	assert_int_equal(write_fd(leader, end[1], large, sizeof(large)), ROOM);
	leader->signalled = false;
}

static void
test_no_writer_is_the_end(void **state)
{
	pipe_make(0);
	put(end[1], "rest");
	close_fd(end[1]);
	assert_int_equal(polled(end[0], POLLIN), POLLIN | POLLHUP);
	assert_string_equal(got(end[0]), "rest");
	assert_string_equal(got(end[0]), "");
	assert_int_equal(polled(end[0], POLLIN), POLLHUP);
}

static void
test_no_reader_is_broken(void **state)
{
	pipe_make(0);
	close_fd(end[0]);
	assert_int_equal(polled(end[1], POLLOUT), POLLOUT | POLLERR);
	assert_int_equal(put(end[1], "x"), -EPIPE);
	assert_int_equal(signals.number, SIGPIPE);
	assert_ptr_equal(signals.process, leader->process);
}

static void
test_poll_tells_both_ends(void **state)
{
	pipe_make(O_NONBLOCK);
	assert_int_equal(polled(end[0], POLLIN | POLLOUT), 0);
	assert_int_equal(polled(end[1], POLLIN | POLLOUT), POLLOUT);
	write_fd(leader, end[1], large, ROOM - PIPE_BUF);
	assert_int_equal(polled(end[1], POLLOUT), POLLOUT);
	put(end[1], "x");
	assert_int_equal(polled(end[1], POLLOUT), 0);
	assert_int_equal(polled(end[0], POLLIN), POLLIN);
}

static void
test_calls_errors(void **state)
{
	assert_int_equal(unix_pipe2(leader, P(end), O_APPEND), -EINVAL);
	assert_int_equal(unix_pipe(leader, BAD), -EFAULT);
	assert_null(file_of(leader, 0));
	leader->process->limit[7][0] = 1;
	assert_int_equal(unix_pipe(leader, P(end)), -EMFILE);
	leader->process->limit[7][0] = 0;
	assert_int_equal(unix_pipe(leader, P(end)), -EMFILE);
}

static void
test_a_bad_address_moves_nothing(void **state)
{
	pipe_make(0);
	assert_int_equal(write_fd(leader, end[1], (void *)BAD, 5), -EFAULT);
	assert_int_equal(polled(end[0], POLLIN), 0);
	put(end[1], "kept");
	assert_int_equal(read_fd(leader, end[0], (void *)BAD, 5), -EFAULT);
	assert_string_equal(got(end[0]), "kept");
}

static void
test_no_page_frame(void **state)
{
	unsigned pages = fake_pages;

	pipe_make(0);
	fake_pages = 0;
	assert_int_equal(put(end[1], "x"), -ENOMEM);
	fake_pages = pages;
	assert_int_equal(put(end[1], "x"), 1);
}

static void
test_room_changes(void **state)
{
	struct file *f;

	pipe_make(O_NONBLOCK);
	f = file_of(leader, end[0]);
	assert_int_equal(pipe_room(f), ROOM);
	large_fill();
	write_fd(leader, end[1], large, 60000);
	read_fd(leader, end[0], back, 50000);
	write_fd(leader, end[1], large + 60000, 40000);
	assert_int_equal(pipe_resize(leader, f, ROOM / 2), -EBUSY);
	assert_int_equal(pipe_resize(leader, f, 200000), 262144);
	assert_int_equal(write_fd(leader, end[1], large + 100000, 90000), 90000);
	assert_int_equal(read_fd(leader, end[0], back, sizeof(back)), 140000);
	assert_memory_equal(back, large + 50000, 140000);
	assert_int_equal(pipe_resize(leader, f, 1), 4096);
	assert_int_equal(pipe_resize(leader, f, (1ul << 31) + 1), -EINVAL);
	assert_int_equal(pipe_resize(leader, f, 1ul << 30), -ENOMEM);
	leader->process->who.euid = 5;
	assert_int_equal(pipe_resize(leader, f, 2097152), -EPERM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bytes_come_as_they_went),
		TEST(test_bytes_around_the_ring),
		TEST(test_full_and_empty),
		TEST(test_small_writes_are_whole),
		TEST(test_a_large_write_waits_for_the_reader),
		TEST(test_a_read_waits_for_the_writer),
		TEST(test_a_signal_ends_the_wait),
		TEST(test_no_writer_is_the_end),
		TEST(test_no_reader_is_broken),
		TEST(test_poll_tells_both_ends),
		TEST(test_calls_errors),
		TEST(test_a_bad_address_moves_nothing),
		TEST(test_no_page_frame),
		TEST(test_room_changes),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
