/* SPDX-License-Identifier: BSD-2-Clause */
/* Pipes: bytes, ends, room, errors. */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "say.h"

static char large[300000], back[300000];
static int end[2];
static volatile sig_atomic_t broken;

static void
on_broken(int number)
{
	broken++;
}

static void
fresh(int flags)
{
	close(end[0]);
	close(end[1]);
	say("pipe", pipe2(end, flags));
}

int
main(void)
{
	int count, status;
	struct stat s;
	struct iovec pieces[3] = { { "one ", 4 }, { "", 0 }, { "two", 3 } };

	for (unsigned i = 0; i < sizeof(large); i++)
		large[i] = (char)(i * 7 + i / 1000);
	signal(SIGPIPE, on_broken);
	end[0] = end[1] = -1;
	fresh(0);
	printf("%d %d\n", end[0], end[1]);
	say("write", write(end[1], "hello", 5));
	say("writev", writev(end[1], pieces, 3));
	say("read", read(end[0], back, 3));
	say("pending", ioctl(end[0], FIONREAD, &count));
	printf("%d\n", count);
	say("read", read(end[0], back, sizeof(back)));
	printf("%.9s\n", back);
	say("wrong end", read(end[1], back, 1));
	say("wrong end", write(end[0], back, 1));
	say("seek", lseek(end[0], 0, SEEK_SET));
	say("pread", pread(end[0], back, 1, 0));
	say("truncate", ftruncate(end[1], 0));
	say("nothing", write(end[1], "", 0));
	say("nothing", read(end[0], back, 0));
	fstat(end[0], &s);
	printf("a fifo: %d, %o\n", S_ISFIFO(s.st_mode), s.st_mode & 07777);
	printf("flags %o %o\n", fcntl(end[0], F_GETFL) & O_ACCMODE, fcntl(end[1], F_GETFL) & O_ACCMODE);

	fresh(O_NONBLOCK | O_CLOEXEC);
	printf("close on exec %d, flags %o\n", fcntl(end[0], F_GETFD), fcntl(end[1], F_GETFL) & (O_NONBLOCK | O_ACCMODE));
	say("empty", read(end[0], back, 1));
	say("room", fcntl(end[0], F_GETPIPE_SZ));
	say("fill", write(end[1], large, sizeof(large)));
	say("full", write(end[1], large, 1));
	say("read", read(end[0], back, 65536));
	printf("the same: %d\n", !memcmp(back, large, 65536));
	say("bytes", write(end[1], large, 65536 - 4096));
	say("whole", write(end[1], large, 4096));
	say("full", write(end[1], large, 1));
	say("room", fcntl(end[1], F_SETPIPE_SZ, 200000));
	say("room", fcntl(end[1], F_GETPIPE_SZ));
	say("more", write(end[1], large, sizeof(large)));
	say("less", fcntl(end[1], F_SETPIPE_SZ, 4096));
	say("read", read(end[0], back, sizeof(back)));
	printf("the same: %d %d\n", !memcmp(back, large, 61440), !memcmp(back + 65536, large, 196608));
	say("less", fcntl(end[1], F_SETPIPE_SZ, 1));
	say("not a pipe", fcntl(open("/dev/null", O_RDWR), F_GETPIPE_SZ));

	fresh(0);
	if (!fork()) {
		close(end[0]);
		_exit(write(end[1], large, sizeof(large)) != sizeof(large));
	}
	close(end[1]);
	for (count = 0; (status = (int)read(end[0], back + count, 7777)) > 0;)
		count += status;
	printf("all: %d, the same: %d\n", count, !memcmp(back, large, sizeof(large)));
	wait(&status);
	printf("writer %d\n", status);
	say("end", read(end[0], back, 1));
	end[1] = -1;

	fresh(0);
	close(end[0]);
	say("no reader", write(end[1], "x", 1));
	printf("signals %d\n", broken);
	end[0] = -1;
	fresh(0);
	if (!fork()) {
		signal(SIGPIPE, SIG_DFL);
		close(end[0]);
		close(end[0]);
		usleep(1000);
		for (;;)
			if (write(end[1], large, 100) < 0)
				_exit(1);
	}
	close(end[0]);
	wait(&status);
	printf("killed by %d\n", WTERMSIG(status));
	end[0] = -1;
	say("flags", pipe2(end, O_APPEND));
	say("address", syscall(SYS_pipe, 8));
	fresh(0);
	say("address", write(end[1], (void *)8, 5));
	write(end[1], "kept", 4);
	say("address", read(end[0], (void *)8, 4));
	say("read", read(end[0], back, 10));
	return 0;
}
