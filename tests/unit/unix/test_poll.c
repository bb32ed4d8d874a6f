/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for several files: poll, select, epoll, eventfd, timerfd; each error. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/timerfd.h>
#include <cmocka.h>
#include "terminal_world.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)
#define MILLISECOND 1000000ul

static int a[2], b[2];

static int
pipes_begin(void **state)
{
	world_begin(state);
	unix_pipe2(leader, P(a), O_NONBLOCK);
	unix_pipe2(leader, P(b), O_NONBLOCK);
	return 0;
}

#define PIPES(name) cmocka_unit_test_setup_teardown(name, pipes_begin, world_end)

static void
b_is_written(struct task *t)
{
	host_lock(t);
	put(b[1], "x");
	host_unlock(t);
}

static void
signal_comes(struct task *t)
{
	t->signalled = true;
	wait_wake_task(t);
}

/* --- poll and select ---------------------------------------------------------------------------------------------------------------------------- */

static void
test_poll(void **state)
{
	struct pollfd files[] = { { a[0], POLLIN, 0 }, { b[0], POLLIN, 0 }, { -1, POLLIN, 7 }, { a[1], POLLIN, 0 } };

	assert_int_equal(unix_poll(leader, P(files), 4, 10), 0);
	assert_int_equal(fake_clock, 10 * MILLISECOND);
	fake_meanwhile = b_is_written;
	assert_int_equal(unix_poll(leader, P(files), 4, -1), 1);
	assert_int_equal(files[0].revents, 0);
	assert_int_equal(files[1].revents, POLLIN);
	assert_int_equal(files[2].revents, 0);
	assert_int_equal(unix_poll(leader, P(files), 4, 0), 1);
	files[0].fd = 77;
	assert_int_equal(unix_poll(leader, P(files), 1, -1), 1);
	assert_int_equal(files[0].revents, POLLNVAL);
	assert_int_equal(unix_poll(leader, 0, 0, 5), 0);
}

static void
test_poll_of_many(void **state)
{
	struct pollfd files[200];

	for (unsigned i = 0; i < 200; i++)
		files[i] = (struct pollfd){ i % 50 == 49 ? b[0] : a[0], POLLIN, 0 };
	fake_meanwhile = b_is_written;
	assert_int_equal(unix_poll(leader, P(files), 200, -1), 4);
	assert_int_equal(files[199].revents, POLLIN);
	assert_int_equal(files[198].revents, 0);
}

static void
test_errors_of_poll(void **state)
{
	struct pollfd one = { a[0], POLLIN, 0 };
	struct timespec bad = { 0, 1000000000 };

	assert_int_equal(unix_poll(leader, BAD, 1, 0), -EFAULT);
	leader->process->limit[7][0] = 1;
	assert_int_equal(unix_poll(leader, P(&one), 2, 0), -EINVAL);
	assert_int_equal(unix_ppoll(leader, P(&one), 1, P(&bad), 0, 0), -EINVAL);
	assert_int_equal(unix_ppoll(leader, P(&one), 1, BAD, 0, 0), -EFAULT);
	assert_int_equal(unix_ppoll(leader, P(&one), 1, 0, P(&bad), 4), -EINVAL);
	assert_int_equal(unix_ppoll(leader, P(&one), 1, 0, BAD, 8), -EFAULT);
	fake_meanwhile = signal_comes;
	assert_int_equal(unix_poll(leader, P(&one), 1, -1), -ERESTARTNOHAND);
	leader->signalled = false;
}

static void
test_no_memory_to_wait(void **state)
{
	struct pollfd files[100];

	for (unsigned i = 0; i < 100; i++)
		files[i] = (struct pollfd){ a[0], POLLIN, 0 };
	fake_shared = 0;
	assert_int_equal(unix_poll(leader, P(files), 100, -1), -ENOMEM);
}

static void
test_ppoll_has_a_mask_and_tells_the_time(void **state)
{
	struct pollfd one = { a[0], POLLIN, 0 };
	struct timespec time = { 2, 5 };
	uint64_t mask = 0x1234;

	leader->mask = 1;
	assert_int_equal(unix_ppoll(leader, P(&one), 1, P(&time), P(&mask), 8), 0);
	assert_int_equal(leader->mask, 1);
	assert_int_equal(time.tv_sec + time.tv_nsec, 0);
	assert_int_equal(fake_clock, 2000000005);
	fake_meanwhile = signal_comes;
	assert_int_equal(unix_ppoll(leader, P(&one), 1, 0, P(&mask), 8), -ERESTARTNOHAND);
	assert_int_equal(leader->mask, 0x1234);
	leader->signalled = false;
}

static void
test_select(void **state)
{
	fd_set in, out, except;
	struct timeval time = { 1, 0 };

	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_ZERO(&except);
	FD_SET(a[0], &in);
	FD_SET(b[0], &in);
	FD_SET(b[0], &except);
	fake_meanwhile = b_is_written;
	assert_int_equal(unix_select(leader, 10, P(&in), 0, P(&except), P(&time)), 1);
	assert_false(FD_ISSET(a[0], &in));
	assert_true(FD_ISSET(b[0], &in));
	assert_false(FD_ISSET(b[0], &except));
	assert_int_equal(time.tv_sec, 1);
	FD_SET(a[1], &out);
	close_fd(a[0]);
	assert_int_equal(unix_select(leader, 10, P(&in), P(&out), 0, 0), 2);
	FD_SET(99, &in);
	assert_int_equal(unix_select(leader, 100, P(&in), 0, 0, 0), -EBADF);
	assert_int_equal(unix_select(leader, -1, 0, 0, 0, 0), -EINVAL);
	assert_int_equal(unix_select(leader, 10, BAD, 0, 0, 0), -EFAULT);
	time = (struct timeval){ 0, 2500000 };
	fake_meanwhile = NULL;
	assert_int_equal(unix_select(leader, 0, 0, 0, 0, P(&time)), 0);
	assert_int_equal(fake_clock, 2500 * MILLISECOND);
	time.tv_sec = -1;
	assert_int_equal(unix_select(leader, 0, 0, 0, 0, P(&time)), -EINVAL);
}

static void
test_pselect(void **state)
{
	struct timespec time = { 0, 7 };
	uint64_t mask = 5, masked[2] = { P(&mask), 8 };

	assert_int_equal(unix_pselect6(leader, 0, 0, 0, 0, P(&time), P(masked)), 0);
	assert_int_equal(fake_clock, 7);
	masked[1] = 4;
	assert_int_equal(unix_pselect6(leader, 0, 0, 0, 0, P(&time), P(masked)), -EINVAL);
	assert_int_equal(unix_pselect6(leader, 0, 0, 0, 0, P(&time), BAD), -EFAULT);
}

/* --- epoll ---------------------------------------------------------------------------------------------------------------------------------------- */

static struct epoll_event event[4];

static int
watch(int epoll, int operation, int fd, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.u64 = (uint64_t)fd };

	return (int)unix_epoll_ctl(leader, epoll, operation, fd, P(&e));
}

static int64_t
wait_for(int epoll, int most, int timeout)
{
	return unix_epoll_wait(leader, epoll, P(event), most, timeout);
}

static void
test_epoll_levels(void **state)
{
	int e = (int)unix_epoll_create1(leader, EPOLL_CLOEXEC);

	assert_int_equal(watch(e, EPOLL_CTL_ADD, a[0], EPOLLIN), 0);
	assert_int_equal(watch(e, EPOLL_CTL_ADD, b[0], EPOLLIN), 0);
	assert_int_equal(wait_for(e, 4, 20), 0);
	assert_int_equal(fake_clock, 20 * MILLISECOND);
	fake_meanwhile = b_is_written;
	assert_int_equal(wait_for(e, 4, -1), 1);
	assert_int_equal(event[0].data.u64, b[0]);
	assert_int_equal(event[0].events, EPOLLIN);
	assert_int_equal(wait_for(e, 4, -1), 1);
	put(a[1], "x");
	assert_int_equal(wait_for(e, 1, -1), 1);
	int first = (int)event[0].data.u64;
	assert_int_equal(wait_for(e, 1, -1), 1);
	assert_int_not_equal(event[0].data.u64, first);
	assert_int_equal(wait_for(e, 4, -1), 2);
	assert_int_equal(watch(e, EPOLL_CTL_MOD, a[0], 0), 0);
	assert_int_equal(watch(e, EPOLL_CTL_DEL, b[0], 0), 0);
	assert_int_equal(wait_for(e, 4, 0), 0);
	close_fd(a[1]);
	assert_int_equal(watch(e, EPOLL_CTL_MOD, a[0], EPOLLPRI), 0);
	assert_int_equal(wait_for(e, 4, 0), 1);
	assert_int_equal(event[0].events, EPOLLHUP);
	close_fd(a[0]);
	assert_int_equal(wait_for(e, 4, 0), 0);
}

static void
test_epoll_edges(void **state)
{
	int e = (int)unix_epoll_create1(leader, 0);

	put(a[1], "x");
	watch(e, EPOLL_CTL_ADD, a[0], EPOLLIN | EPOLLET);
	assert_int_equal(wait_for(e, 4, 0), 1);
	assert_int_equal(wait_for(e, 4, 0), 0);
	put(a[1], "y");
	assert_int_equal(wait_for(e, 4, 0), 1);
	assert_string_equal(got(a[0]), "xy");
	assert_int_equal(wait_for(e, 4, 0), 0);
	watch(e, EPOLL_CTL_ADD, b[0], EPOLLIN | EPOLLONESHOT);
	put(b[1], "z");
	assert_int_equal(wait_for(e, 4, 0), 1);
	assert_int_equal(wait_for(e, 4, 0), 0);
	watch(e, EPOLL_CTL_MOD, b[0], EPOLLIN | EPOLLONESHOT);
	assert_int_equal(wait_for(e, 4, 0), 1);
}

static void
test_epoll_of_epolls(void **state)
{
	int inner = (int)unix_epoll_create(leader, 1), outer = (int)unix_epoll_create(leader, 1), third = (int)unix_epoll_create(leader, 1);

	assert_int_equal(watch(outer, EPOLL_CTL_ADD, inner, EPOLLIN), 0);
	assert_int_equal(watch(inner, EPOLL_CTL_ADD, outer, EPOLLIN), -ELOOP);
	assert_int_equal(watch(third, EPOLL_CTL_ADD, outer, EPOLLIN), -ELOOP);
	assert_int_equal(watch(inner, EPOLL_CTL_ADD, third, EPOLLIN), -ELOOP);
	watch(inner, EPOLL_CTL_ADD, b[0], EPOLLIN);
	assert_int_equal(polled(inner, POLLIN), 0);
	fake_meanwhile = b_is_written;
	assert_int_equal(wait_for(outer, 4, -1), 1);
	assert_int_equal(event[0].data.u64, inner);
	assert_int_equal(polled(inner, POLLIN), POLLIN);
	close_fd(inner);
	assert_int_equal(wait_for(outer, 4, 0), 0);
}

static void
test_errors_of_epoll(void **state)
{
	int e = (int)unix_epoll_create1(leader, 0);
	uint64_t mask = 0;

	assert_int_equal(unix_epoll_create1(leader, 1), -EINVAL);
	assert_int_equal(unix_epoll_create(leader, 0), -EINVAL);
	assert_int_equal(watch(e, EPOLL_CTL_ADD, 99, EPOLLIN), -EBADF);
	assert_int_equal(watch(99, EPOLL_CTL_ADD, a[0], EPOLLIN), -EBADF);
	assert_int_equal(watch(e, EPOLL_CTL_ADD, e, EPOLLIN), -EINVAL);
	assert_int_equal(watch(a[0], EPOLL_CTL_ADD, b[0], EPOLLIN), -EINVAL);
	assert_int_equal(watch(e, EPOLL_CTL_MOD, a[0], EPOLLIN), -ENOENT);
	assert_int_equal(watch(e, EPOLL_CTL_DEL, a[0], EPOLLIN), -ENOENT);
	assert_int_equal(watch(e, 9, a[0], EPOLLIN), -EINVAL);
	assert_int_equal(watch(e, EPOLL_CTL_ADD, a[0], EPOLLIN), 0);
	assert_int_equal(watch(e, EPOLL_CTL_ADD, a[0], EPOLLIN), -EEXIST);
	assert_int_equal(watch(e, EPOLL_CTL_MOD, a[0], EPOLLIN | EPOLLEXCLUSIVE), -EINVAL);
	assert_int_equal(unix_epoll_ctl(leader, e, EPOLL_CTL_ADD, b[0], BAD), -EFAULT);
	assert_int_equal(wait_for(e, 0, 0), -EINVAL);
	assert_int_equal(wait_for(99, 4, 0), -EBADF);
	assert_int_equal(wait_for(a[0], 4, 0), -EINVAL);
	put(a[1], "x");
	assert_int_equal(unix_epoll_wait(leader, e, BAD, 4, 0), -EFAULT);
	assert_int_equal(unix_epoll_pwait(leader, e, P(event), 4, 0, P(&mask), 3), -EINVAL);
	assert_int_equal(unix_epoll_pwait(leader, e, P(event), 4, 0, P(&mask), 8), 1);
	got(a[0]);
	fake_meanwhile = signal_comes;
	assert_int_equal(wait_for(e, 4, -1), -ERESTARTNOHAND);
	leader->signalled = false;
}

/* --- events and timers ---------------------------------------------------------------------------------------------------------------------------- */

static void
test_eventfd(void **state)
{
	uint64_t value = 5;
	int fd = (int)unix_eventfd2(leader, 3, EFD_NONBLOCK), one = (int)unix_eventfd2(leader, 2, EFD_SEMAPHORE | EFD_NONBLOCK);

	assert_int_equal(write_fd(leader, fd, &value, 8), 8);
	assert_int_equal(polled(fd, POLLIN | POLLOUT), POLLIN | POLLOUT);
	assert_int_equal(read_fd(leader, fd, &value, 8), 8);
	assert_int_equal(value, 8);
	assert_int_equal(read_fd(leader, fd, &value, 8), -EAGAIN);
	assert_int_equal(polled(fd, POLLIN | POLLOUT), POLLOUT);
	assert_int_equal(read_fd(leader, fd, &value, 7), -EINVAL);
	assert_int_equal(write_fd(leader, fd, &value, 7), -EINVAL);
	value = UINT64_MAX;
	assert_int_equal(write_fd(leader, fd, &value, 8), -EINVAL);
	value--;
	assert_int_equal(write_fd(leader, fd, &value, 8), 8);
	assert_int_equal(polled(fd, POLLIN | POLLOUT), POLLIN);
	assert_int_equal(write_fd(leader, fd, &value, 8), -EAGAIN);
	assert_int_equal(read_fd(leader, one, &value, 8), 8);
	assert_int_equal(value, 1);
	assert_int_equal(read_fd(leader, one, (void *)BAD, 8), -EFAULT);
	assert_int_equal(read_fd(leader, one, &value, 8), 8);
	assert_int_equal(read_fd(leader, one, &value, 8), -EAGAIN);
	assert_int_equal(unix_eventfd2(leader, 0, 2), -EINVAL);
	assert_true(unix_eventfd(leader, 1) >= 0);
}

static void
test_timerfd(void **state)
{
	struct itimerspec set = { { 0, 10 * MILLISECOND }, { 0, 25 * MILLISECOND } }, told;
	uint64_t count;
	int fd = (int)unix_timerfd_create(leader, CLOCK_MONOTONIC, 0);

	assert_int_equal(unix_timerfd_settime(leader, fd, 0, P(&set), 0), 0);
	assert_int_equal(polled(fd, POLLIN), 0);
	assert_int_equal(read_fd(leader, fd, &count, 8), 8);
	assert_int_equal(count, 1);
	assert_int_equal(fake_clock, 25 * MILLISECOND);
	struct pollfd one = { fd, POLLIN, 0 };
	assert_int_equal(unix_poll(leader, P(&one), 1, 1000), 1);
	assert_int_equal(fake_clock, 35 * MILLISECOND);
	fake_clock = 68 * MILLISECOND;
	assert_int_equal(read_fd(leader, fd, &count, 8), 8);
	assert_int_equal(count, 4);
	assert_int_equal(unix_timerfd_gettime(leader, fd, P(&told)), 0);
	assert_int_equal(told.it_value.tv_nsec, 7 * MILLISECOND);
	assert_int_equal(told.it_interval.tv_nsec, 10 * MILLISECOND);
	set = (struct itimerspec){ { 0, 0 }, { 0, 100 * MILLISECOND } };
	assert_int_equal(unix_timerfd_settime(leader, fd, TFD_TIMER_ABSTIME, P(&set), P(&told)), 0);
	assert_int_equal(told.it_value.tv_nsec, 7 * MILLISECOND);
	assert_int_equal(read_fd(leader, fd, &count, 8), 8);
	assert_int_equal(fake_clock, 100 * MILLISECOND);
	flag(fd, O_NONBLOCK);
	assert_int_equal(read_fd(leader, fd, &count, 8), -EAGAIN);
	assert_int_equal(unix_timerfd_gettime(leader, fd, P(&told)), 0);
	assert_int_equal(told.it_value.tv_sec + told.it_value.tv_nsec, 0);
}

static void
test_errors_of_timerfd(void **state)
{
	struct itimerspec set = { { 0, 0 }, { 0, 1000000000 } };
	uint64_t count;
	int fd = (int)unix_timerfd_create(leader, CLOCK_REALTIME, TFD_NONBLOCK);

	assert_int_equal(unix_timerfd_create(leader, 99, 0), -EINVAL);
	assert_int_equal(unix_timerfd_create(leader, CLOCK_MONOTONIC, 2), -EINVAL);
	assert_int_equal(unix_timerfd_settime(leader, fd, 0, P(&set), 0), -EINVAL);
	assert_int_equal(unix_timerfd_settime(leader, fd, 0, BAD, 0), -EFAULT);
	set.it_value.tv_nsec = 1;
	assert_int_equal(unix_timerfd_settime(leader, fd, 8, P(&set), 0), -EINVAL);
	assert_int_equal(unix_timerfd_settime(leader, 99, 0, P(&set), 0), -EBADF);
	assert_int_equal(unix_timerfd_settime(leader, a[0], 0, P(&set), 0), -EINVAL);
	assert_int_equal(unix_timerfd_settime(leader, fd, 0, P(&set), BAD), -EFAULT);
	assert_int_equal(unix_timerfd_gettime(leader, 99, P(&set)), -EBADF);
	assert_int_equal(unix_timerfd_gettime(leader, fd, BAD), -EFAULT);
	assert_int_equal(read_fd(leader, fd, &count, 4), -EINVAL);
	assert_int_equal(read_fd(leader, fd, &count, 8), -EAGAIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PIPES(test_poll),
		PIPES(test_poll_of_many),
		PIPES(test_errors_of_poll),
		PIPES(test_no_memory_to_wait),
		PIPES(test_ppoll_has_a_mask_and_tells_the_time),
		PIPES(test_select),
		PIPES(test_pselect),
		PIPES(test_epoll_levels),
		PIPES(test_epoll_edges),
		PIPES(test_epoll_of_epolls),
		PIPES(test_errors_of_epoll),
		TEST(test_eventfd),
		TEST(test_timerfd),
		PIPES(test_errors_of_timerfd),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
