/* SPDX-License-Identifier: BSD-2-Clause */
/* signalfd: what is read, whose signals, waiting for them by read, poll and epoll; what is refused. */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include "show.h"

static sigset_t set;

static int
make(int flags)
{
	return (int)DO(signalfd(-1, &set, flags));
}

static void
show_next(int fd)
{
	struct signalfd_siginfo s[3];
	ssize_t bytes = read(fd, s, sizeof(s));

	if (bytes < 0)
		printf("read: %s\n", strerror(errno));
	for (int i = 0; i < bytes / (int)sizeof(s[0]); i++) {
		printf("signal %u code %d by me %d uid %u int %d ptr %lx status %d overrun %u\n", s[i].ssi_signo, s[i].ssi_code, s[i].ssi_pid == (uint32_t)getpid(), s[i].ssi_uid, s[i].ssi_int,
			(unsigned long)s[i].ssi_ptr, s[i].ssi_status, s[i].ssi_overrun);
	}
}

static void
reads(void)
{
	int fd = make(SFD_NONBLOCK);

	show_next(fd);
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGUSR1);
	sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 7 });
	sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 8 });
	syscall(SYS_tgkill, getpid(), getpid(), SIGUSR2);
	show_next(fd);
	show_next(fd);
	show_next(fd);
	char small[127];
	SHOW(read(fd, small, sizeof(small)));
	SHOW(write(fd, small, 8));
	SHOW(lseek(fd, 0, SEEK_CUR));
	kill(getpid(), SIGHUP);
	show_next(fd);
	sigset_t others;
	sigemptyset(&others);
	sigaddset(&others, SIGHUP);
	SHOW(signalfd(fd, &others, 0) == fd);
	show_next(fd);
	struct stat s;
	DO(fstat(fd, &s));
	printf("mode %o\n", s.st_mode);
	close(fd);
}

/* A child that sends a signal in a while, and stays. */
static pid_t
sender(int number, int value)
{
	pid_t child = fork();

	if (child)
		return child;
	usleep(20000);
	sigqueue(getppid(), number, (union sigval){ .sival_int = value });
	for (;;)
		pause();
}

static void
end(pid_t child)
{
	int status;

	kill(child, SIGKILL);
	DO(waitpid(child, &status, 0));
}

static void
of_a_child(void)
{
	int fd = make(0), status;

	if (fork() == 0)
		_exit(5);
	show_next(fd);
	DO(wait(&status));
	pid_t child = sender(SIGRTMIN + 1, 9);
	show_next(fd);
	end(child);
	show_next(fd);
	close(fd);
}

static volatile int handled;

static void
handler(int number)
{
	handled++;
}

static void *
sends(void *to)
{
	usleep(20000);
	pthread_kill(*(pthread_t *)to, SIGWINCH);
	usleep(20000);
	kill(getpid(), SIGUSR2);
	return NULL;
}

static void
interrupted(void)
{
	struct sigaction a = { .sa_handler = handler };
	pthread_t self = pthread_self(), other;
	int fd = make(0);

	sigaction(SIGWINCH, &a, NULL);
	DO(-pthread_create(&other, NULL, sends, &self));
	show_next(fd);
	show_next(fd);
	pthread_join(other, NULL);
	a.sa_flags = SA_RESTART;
	sigaction(SIGWINCH, &a, NULL);
	DO(-pthread_create(&other, NULL, sends, &self));
	show_next(fd);
	pthread_join(other, NULL);
	printf("handled: %d\n", handled);
	close(fd);
}

static void
polls(void)
{
	sigdelset(&set, SIGCHLD);
	int fd = make(SFD_NONBLOCK), event = (int)DO(eventfd(0, 0)), watch = (int)DO(epoll_create1(0));
	struct pollfd p[2] = { { fd, POLLIN | POLLOUT, 0 }, { event, POLLIN, 0 } };
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = 3 }, got;

	SHOW(poll(p, 2, 0));
	SHOW(poll(p, 2, 20));
	pid_t child = sender(SIGUSR1, 1);
	SHOW(poll(p, 2, -1));
	printf("%#x %#x\n", p[0].revents, p[1].revents);
	show_next(fd);
	end(child);
	show_next(fd);
	SHOW(poll(p, 2, 0));
	DO(epoll_ctl(watch, EPOLL_CTL_ADD, fd, &e));
	SHOW(epoll_wait(watch, &got, 1, 0));
	child = sender(SIGUSR2, 2);
	SHOW(epoll_wait(watch, &got, 1, -1));
	printf("%#x %u\n", got.events, got.data.u32);
	SHOW(epoll_wait(watch, &got, 1, -1));
	show_next(fd);
	SHOW(epoll_wait(watch, &got, 1, 0));
	kill(0, SIGTERM);
	SHOW(epoll_wait(watch, &got, 1, -1));
	show_next(fd);
	end(child);
	close(fd);
}

static void
refused(void)
{
	int other = (int)DO(eventfd(0, 0));

	SHOW(signalfd(99, &set, 0));
	SHOW(signalfd(other, &set, 0));
	SHOW(signalfd(-2, &set, 0));
	SHOW(signalfd(-1, &set, 1));
	SHOW(syscall(SYS_signalfd4, -1, &set, 4, 0));
	SHOW(syscall(SYS_signalfd4, -1, 8, 8, 0));
	SHOW(syscall(SYS_signalfd4, 99, 8, 4, 1));
}

int
main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	sigfillset(&set);
	sigdelset(&set, SIGHUP);
	sigdelset(&set, SIGWINCH);
	sigset_t masked = set;
	sigaddset(&masked, SIGHUP);
	sigprocmask(SIG_SETMASK, &masked, NULL);
	reads();
	of_a_child();
	interrupted();
	polls();
	refused();
	return 0;
}
