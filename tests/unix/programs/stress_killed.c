/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that is killed at each of its system calls in turn: a timer that has run out already sends SIGKILL while the call is made, while it waits, or right behind it.
 * What is left is counted by whoever runs this.
 */
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include "show.h"

#define LARGE (16ul << 20)

static int now, at;		/* steps begun; the one at which it is killed */

static void
step(void)
{
	struct sigevent kill_us = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
	struct itimerspec soon = { .it_value = { 0, 1 } };
	timer_t timer;

	if (++now != at)
		return;
	if (timer_create(CLOCK_MONOTONIC, &kill_us, &timer) || timer_settime(timer, 0, &soon, NULL))
		_exit(98);
}

/* Behind the call there is only the end. */
static void
rest(void)
{
	while (now == at)
		pause();
}

/* A call that comes back, and one that only its end ends: it is made when it is its turn. */
#define STEP(call)	({ step(); __typeof__(call) result = (call); rest(); result; })
#define WAIT(call)	(step(), now == at ? (void)(call) : (void)0)

static void
in_files(void)
{
	char text[300] = "text";
	int fd = STEP(open("file", O_CREAT | O_RDWR, 0644)), other;

	STEP(write(fd, text, sizeof(text)));
	STEP(pwrite(fd, text, sizeof(text), 1 << 20));
	STEP(ftruncate(fd, 100));
	STEP(link("file", "linked"));
	STEP(symlink("file", "symbolic"));
	STEP(rename("linked", "renamed"));
	STEP(mkdir("folder", 0755));
	STEP(chdir("folder"));
	other = STEP(open("../symbolic", O_RDONLY));
	STEP(flock(other, LOCK_EX));
	WAIT(flock(fd, LOCK_EX));
	STEP(fcntl(fd, F_SETLK, &(struct flock){ .l_type = F_WRLCK, .l_len = 5 }));
	STEP(dup2(fd, 40));
	STEP(chdir(".."));
	STEP(unlink("renamed"));
	STEP(close(other));
}

static void
in_memory(void)
{
	char *p = STEP(mmap(NULL, LARGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));

	for (unsigned i = 0; i < 20; i++)
		p[i * 4096] = 1;
	STEP(mprotect(p, LARGE / 2, PROT_READ));
	STEP(munmap(p + 8192, 4096));
	p = STEP(mremap(p + LARGE / 2, LARGE / 2, LARGE, MREMAP_MAYMOVE));
	STEP(syscall(SYS_brk, (char *)syscall(SYS_brk, 0) + 65536));
	int fd = STEP(memfd_create("shared", 0));
	STEP(ftruncate(fd, 65536));
	p = STEP(mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	memset(p, 1, 65536);
}

static void
in_pipes(void)
{
	static char much[200000];
	struct epoll_event event = { .events = EPOLLIN };
	struct pollfd ready;
	int two[2], pair[2], epoll;

	STEP(pipe(two));
	WAIT(read(two[0], much, 1));
	WAIT(write(two[1], much, sizeof(much)));
	STEP(write(two[1], much, 60000));
	STEP(read(two[0], much, 60000));
	ready = (struct pollfd){ .fd = two[0], .events = POLLIN };
	WAIT(poll(&ready, 1, -1));
	epoll = STEP(epoll_create1(0));
	STEP(epoll_ctl(epoll, EPOLL_CTL_ADD, two[0], &event));
	WAIT(epoll_wait(epoll, &event, 1, -1));
	STEP(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	union { struct cmsghdr head; char room[CMSG_SPACE(sizeof(int))]; } control = { .head = { CMSG_LEN(sizeof(int)), 0, SOL_SOCKET, SCM_RIGHTS } };
	struct iovec piece = { "x", 1 };
	struct msghdr m = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	memcpy(CMSG_DATA(&control.head), &pair[0], sizeof(int));
	STEP(sendmsg(pair[0], &m, 0));
	WAIT(read(pair[0], much, 1));
	WAIT(write(pair[0], much, sizeof(much)) + write(pair[0], much, sizeof(much)));
	int named = STEP(socket(AF_UNIX, SOCK_STREAM, 0));
	struct sockaddr_un name = { AF_UNIX, "socket" };
	STEP(bind(named, (struct sockaddr *)&name, sizeof(name)));
	STEP(listen(named, 1));
	WAIT(accept(named, NULL, NULL));
	uint64_t count;
	int event_fd = STEP(eventfd(0, 0)), timer = STEP(timerfd_create(CLOCK_MONOTONIC, 0));
	WAIT(read(event_fd, &count, 8));
	WAIT(read(timer, &count, 8));
	STEP(open("/dev/ptmx", O_RDWR | O_NOCTTY));
}

static void
in_processes(void)
{
	static char stack[4096];
	static int word;
	int status;

	pid_t child = STEP(fork());
	if (child == 0) {
		at = 0;
		pause();
		_exit(0);
	}
	WAIT(wait(&status));
	STEP(kill(child, SIGKILL));
	STEP(wait(&status));
	child = STEP(vfork());
	if (child == 0)
		_exit(0);
	STEP(wait(&status));
	STEP(syscall(SYS_clone, CLONE_VM | CLONE_FS | CLONE_FILES | SIGCHLD, stack + sizeof(stack), 0, 0, 0) ? 0 : (_exit(0), 0));
	WAIT(nanosleep(&(struct timespec){ 100, 0 }, NULL));
	WAIT(syscall(SYS_futex, &word, 0, 0, NULL, NULL, 0));
	WAIT(pause());
	WAIT(select(0, NULL, NULL, NULL, NULL));
	sigset_t all;
	sigfillset(&all);
	WAIT(sigwaitinfo(&all, NULL));
	STEP(setsid());
	STEP(execl("/bin/busybox", "sh", "-c", "exit 77", NULL));
}

static void
life(void)
{
	in_files();
	in_memory();
	in_pipes();
	in_processes();
}

static void
clean(void)
{
	unlink("file");
	unlink("linked");
	unlink("renamed");
	unlink("symbolic");
	unlink("socket");
	rmdir("folder");
}

int
main(void)
{
	int status, killed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGCHLD, SIG_DFL);
	for (int n = 1;; n++) {
		pid_t pid = DO(fork());
		if (pid == 0) {
			at = n;
			setpgid(0, 0);
			life();
			_exit(78);
		}
		DO(waitpid(pid, &status, 0));
		kill(-pid, SIGKILL);
		clean();
		if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
			break;
		if (!WIFSIGNALED(status) || n > 200) {
			printf("step %d: status %#x\n", n, status);
			return 1;
		}
		killed++;
	}
	printf("more than 50 steps: %d\n", killed > 50);
	return 0;
}
