/* SPDX-License-Identifier: BSD-2-Clause */
/* flock: of open files, not of processes; and locks of open files by fcntl. */
#include <sys/file.h>
#include "show.h"

int
main(void)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET }, other = l;
	int a = (int)DO(open("f", O_CREAT | O_RDWR, 0644)), b = (int)DO(open("f", O_RDWR)), c = (int)DO(dup(a)), status;

	SHOW(flock(a, LOCK_SH));
	SHOW(flock(b, LOCK_SH | LOCK_NB));
	SHOW(flock(a, LOCK_EX | LOCK_NB));
	SHOW(flock(b, LOCK_UN));
	SHOW(flock(c, LOCK_EX | LOCK_NB));
	SHOW(flock(b, LOCK_SH | LOCK_NB));
	SHOW(close(a));
	SHOW(flock(b, LOCK_SH | LOCK_NB));
	fflush(stdout);
	if (!fork()) {
		SHOW(flock(b, LOCK_EX | LOCK_NB));
		SHOW(flock(c, LOCK_UN));
		SHOW(flock(b, LOCK_EX));
		fflush(stdout);
		_exit(3);
	}
	DO(wait(&status));
	printf("status %d\n", WEXITSTATUS(status));
	SHOW(flock(b, LOCK_EX | LOCK_NB));
	SHOW(flock(b, 0));
	SHOW(flock(b, 77));
	SHOW(flock(99, LOCK_SH));
	SHOW(fcntl(b, F_OFD_SETLK, &l));
	SHOW(fcntl(c, F_OFD_SETLK, &other));
	SHOW(fcntl(c, F_OFD_GETLK, &other));
	printf("%d %d\n", other.l_type, other.l_pid);
	SHOW(fcntl(c, F_SETLK, &l));
	l.l_type = F_UNLCK;
	SHOW(fcntl(b, F_OFD_SETLK, &l));
	l.l_pid = 5;
	SHOW(fcntl(b, F_OFD_SETLK, &l));
	return 0;
}
