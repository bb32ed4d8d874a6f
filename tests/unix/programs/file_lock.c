/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks of ranges between two processes: conflicts, splits, waiting, a deadlock that is refused. */
#include "show.h"

static int fd, to_child[2], to_parent[2];

static int
lock(int command, int type, long start, long bytes)
{
	struct flock l = { .l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = bytes };

	return fcntl(fd, command, &l);
}

static void
test(int type, long start, long bytes)
{
	struct flock l = { .l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = bytes };

	DO(fcntl(fd, F_GETLK, &l));
	if (l.l_type == F_UNLCK)
		printf("%ld+%ld is free for %d\n", start, bytes, type);
	else
		printf("%ld+%ld is not: %d, %ld+%ld, the parent's: %d\n", start, bytes, l.l_type, (long)l.l_start, (long)l.l_len, l.l_pid == getppid());
	fflush(stdout);
}

static void
signal_other(int pipes[2])
{
	fflush(stdout);
	DO(write(pipes[1], "", 1));
}

static void
wait_other(int pipes[2])
{
	char c;

	DO(read(pipes[0], &c, 1));
}

static void
child(void)
{
	wait_other(to_child);
	test(F_WRLCK, 0, 0);
	test(F_RDLCK, 0, 10);
	test(F_RDLCK, 40, 0);
	test(F_RDLCK, 32, 4);
	SHOW(lock(F_SETLK, F_WRLCK, 5, 1));
	SHOW(lock(F_SETLK, F_RDLCK, 0, 10));
	SHOW(lock(F_SETLK, F_WRLCK, 100, 10));
	SHOW(lock(F_SETLK, F_RDLCK, 36, 4));
	signal_other(to_parent);
	SHOW(lock(F_SETLKW, F_WRLCK, 20, 5));
	SHOW(lock(F_SETLK, F_UNLCK, 0, 0));
	signal_other(to_parent);
	exit(0);
}

int
main(void)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = -1 };

	fd = (int)DO(open("f", O_CREAT | O_RDWR, 0644));
	DO(ftruncate(fd, 1000));
	DO(pipe(to_child));
	DO(pipe(to_parent));
	if (!fork())
		child();
	SHOW(lock(F_SETLK, F_RDLCK, 0, 20));
	SHOW(lock(F_SETLK, F_WRLCK, 20, 20));
	SHOW(lock(F_SETLK, F_UNLCK, 30, 5));
	SHOW(lock(F_SETLK, F_WRLCK, 40, 10));
	signal_other(to_child);
	wait_other(to_parent);
	usleep(50000);
	SHOW(lock(F_SETLK, F_WRLCK, 100, 1));
	SHOW(lock(F_SETLKW, F_WRLCK, 105, 1));
	SHOW(lock(F_SETLK, F_UNLCK, 20, 20));
	wait_other(to_parent);
	SHOW(lock(F_SETLK, F_WRLCK, 0, 0));
	SHOW(fcntl(fd, F_SETLK, &l));
	l.l_start = 0;
	l.l_whence = 7;
	SHOW(fcntl(fd, F_SETLK, &l));
	l.l_whence = SEEK_END;
	l.l_start = -1001;
	SHOW(fcntl(fd, F_SETLK, &l));
	l.l_type = 9;
	SHOW(fcntl(fd, F_SETLK, &l));
	SHOW(fcntl(fd, F_SETLK, NULL));
	close(fd);
	fd = (int)DO(open("f", O_RDONLY));
	SHOW(lock(F_SETLK, F_WRLCK, 0, 1));
	SHOW(lock(F_SETLK, F_RDLCK, 0, 1));
	wait(NULL);
	return 0;
}
