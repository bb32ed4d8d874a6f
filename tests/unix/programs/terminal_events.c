/* SPDX-License-Identifier: BSD-2-Clause */
/* Event counters and timers that are read. */
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "say.h"

static void
reads(int fd)
{
	uint64_t value = 0;
	ssize_t n = read(fd, &value, sizeof(value));

	if (n < 0)
		say("read", n);
	else
		printf("read %zd: %lu\n", n, (unsigned long)value);
}

static void
writes(int fd, uint64_t value)
{
	say("write", write(fd, &value, sizeof(value)));
}

static void
events(int fd)
{
	struct pollfd one = { fd, POLLIN | POLLOUT, 0 };

	poll(&one, 1, 0);
	printf("events %x\n", one.revents);
}

static void
counters(void)
{
	int fd = eventfd(3, EFD_NONBLOCK), single = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK), blocking = eventfd(0, 0);
	uint64_t value = 5;

	writes(fd, 4);
	events(fd);
	reads(fd);
	reads(fd);
	events(fd);
	writes(fd, UINT64_MAX);
	writes(fd, UINT64_MAX - 1);
	events(fd);
	writes(fd, 1);
	reads(single);
	reads(single);
	reads(single);
	say("short", read(fd, &value, 7));
	say("short", write(fd, &value, 7));
	say("address", read(fd, (void *)8, 8));
	say("seek", lseek(fd, 0, SEEK_SET));
	fflush(stdout);
	if (!fork()) {
		usleep(1000);
		write(blocking, &value, 8);
		_exit(0);
	}
	reads(blocking);
	wait(NULL);
	say("flags", eventfd(0, 2));
}

static void
timers(void)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	struct itimerspec set = { { 0, 0 }, { 0, 200000000 } }, told;
	struct pollfd one = { fd, POLLIN, 0 };
	struct timespec now;

	say("set", timerfd_settime(fd, 0, &set, NULL));
	say("ready", poll(&one, 1, 0));
	say("runs", timerfd_gettime(fd, &told));
	printf("left: %d\n", told.it_value.tv_nsec > 0 && told.it_value.tv_nsec <= 200000000);
	reads(fd);
	say("over", timerfd_gettime(fd, &told));
	printf("left: %ld\n", (long)told.it_value.tv_nsec);
	set = (struct itimerspec){ { 0, 1000000 }, { 0, 2000000 } };
	say("again", timerfd_settime(fd, 0, &set, NULL));
	say("poll", poll(&one, 1, -1));
	uint64_t value = 0;
	say("read", read(fd, &value, 8));
	printf("at least one: %d\n", value >= 1);
	usleep(10000);
	say("read", read(fd, &value, 8));
	printf("several: %d\n", value >= 5);
	say("old", timerfd_settime(fd, 0, &(struct itimerspec){ 0 }, &told));
	printf("interval %ld\n", (long)told.it_interval.tv_nsec);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	reads(fd);
	set = (struct itimerspec){ { 0, 0 }, { 0, 1 } };
	say("past", timerfd_settime(fd, TFD_TIMER_ABSTIME, &set, NULL));
	reads(fd);
	int wall = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec += 1000;
	set.it_value = now;
	say("far", timerfd_settime(wall, TFD_TIMER_ABSTIME, &set, NULL));
	timerfd_gettime(wall, &told);
	printf("in %s\n", told.it_value.tv_sec >= 998 && told.it_value.tv_sec <= 1000 ? "1000 s" : "another time");
	reads(wall);
	events(wall);
	set.it_value.tv_nsec = 1000000000;
	say("time", timerfd_settime(fd, 0, &set, NULL));
	say("flags", timerfd_settime(fd, 99, &told, NULL));
	say("address", timerfd_settime(fd, 0, (void *)8, NULL));
	say("not one", timerfd_settime(1, 0, &told, NULL));
	say("closed", timerfd_gettime(77, &told));
	say("clock", timerfd_create(77, 0));
	say("flags", timerfd_create(CLOCK_MONOTONIC, 1));
	say("write", write(fd, &value, 8));
	say("short", read(fd, &value, 7));
}

int
main(void)
{
	counters();
	timers();
	return 0;
}
