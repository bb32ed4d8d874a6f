/* SPDX-License-Identifier: BSD-2-Clause */
/* As stress_killed, at the calls that it does not make: each alone, by a process of its own, with arguments that most of them can do something with. */
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>
#include "show.h"

#define GET_FS	0x1003		/* ARCH_GET_FS */

/* A letter an argument: argument() says what each is. */
static const struct row {
	long number;
	const char *arguments;
} rows[] = {
	{ SYS_openat, "An2" }, { SYS_creat, "Nu" }, { SYS_close_range, "990" }, { SYS_dup, "f" }, { SYS_dup3, "f90" }, { SYS_ioctl, "rQb" },
	{ SYS_readv, "fv2" }, { SYS_writev, "fv2" }, { SYS_pread64, "fbc0" }, { SYS_pwrite64, "fbc0" }, { SYS_preadv, "fv20" }, { SYS_pwritev, "fv20" },
	{ SYS_lseek, "f00" }, { SYS_sendfile, "wf0c" }, { SYS_copy_file_range, "f0g0c0" }, { SYS_truncate, "nc" }, { SYS_fallocate, "f00c" },
	{ SYS_fsync, "f" }, { SYS_fdatasync, "f" }, { SYS_sync, "" }, { SYS_syncfs, "f" }, { SYS_fadvise64, "f000" },
	{ SYS_stat, "nb" }, { SYS_lstat, "nb" }, { SYS_fstat, "fb" }, { SYS_newfstatat, "Anb0" }, { SYS_statx, "An07b" }, { SYS_access, "n0" },
	{ SYS_faccessat, "An0" }, { SYS_faccessat2, "An00" }, { SYS_statfs, "nb" }, { SYS_fstatfs, "fb" }, { SYS_chmod, "nu" }, { SYS_fchmod, "fu" },
	{ SYS_fchmodat, "Anu" }, { SYS_chown, "n00" }, { SYS_lchown, "n00" }, { SYS_fchown, "f00" }, { SYS_fchownat, "An000" }, { SYS_utime, "n0" },
	{ SYS_utimes, "n0" }, { SYS_futimesat, "An0" }, { SYS_utimensat, "An00" },
	{ SYS_getdents, "dbC" }, { SYS_getdents64, "dbC" }, { SYS_mkdirat, "ANu" }, { SYS_mknod, "Nu0" }, { SYS_mknodat, "ANu0" }, { SYS_linkat, "AnAN0" },
	{ SYS_symlinkat, "nAN" }, { SYS_readlink, "LbC" }, { SYS_readlinkat, "ALbC" }, { SYS_unlinkat, "An0" }, { SYS_rmdir, "F" }, { SYS_renameat, "AnAN" },
	{ SYS_renameat2, "AnAN0" }, { SYS_fchdir, "d" }, { SYS_chroot, "F" }, { SYS_getcwd, "bC" }, { SYS_umask, "u" },
	{ SYS_madvise, "MC4" }, { SYS_msync, "MC4" }, { SYS_mincore, "MCb" }, { SYS_mlock, "MC" }, { SYS_mlock2, "MC0" }, { SYS_munlock, "MC" },
	{ SYS_mlockall, "1" }, { SYS_munlockall, "" },
	{ SYS_clone3, "bZ" }, { SYS_execve, "n00" }, { SYS_execveat, "An000" }, { SYS_exit, "0" }, { SYS_exit_group, "0" }, { SYS_wait4, "0000" },
	{ SYS_waitid, "00000" }, { SYS_getpid, "" }, { SYS_gettid, "" }, { SYS_getppid, "" }, { SYS_getpgid, "0" }, { SYS_getpgrp, "" }, { SYS_getsid, "0" },
	{ SYS_getuid, "" }, { SYS_geteuid, "" }, { SYS_getgid, "" }, { SYS_getegid, "" }, { SYS_setuid, "0" }, { SYS_setgid, "0" }, { SYS_setreuid, "00" },
	{ SYS_setregid, "00" }, { SYS_setresuid, "000" }, { SYS_setresgid, "000" }, { SYS_getresuid, "bbb" }, { SYS_getresgid, "bbb" },
	{ SYS_setfsuid, "0" }, { SYS_setfsgid, "0" }, { SYS_getgroups, "0b" }, { SYS_setgroups, "0b" }, { SYS_capget, "bb" }, { SYS_capset, "bb" },
	{ SYS_prlimit64, "070b" }, { SYS_getrlimit, "7b" }, { SYS_setrlimit, "7x" }, { SYS_getrusage, "0b" }, { SYS_times, "b" }, { SYS_uname, "b" },
	{ SYS_sethostname, "x8" }, { SYS_setdomainname, "x8" }, { SYS_sysinfo, "b" }, { SYS_getrandom, "bc0" }, { SYS_set_tid_address, "b" },
	{ SYS_rseq, "b000" }, { SYS_set_robust_list, "bH" }, { SYS_get_robust_list, "0bb" }, { SYS_arch_prctl, "Gb" }, { SYS_personality, "0" },
	{ SYS_prctl, "30000" },
	{ SYS_sched_yield, "" }, { SYS_getcpu, "bb0" }, { SYS_sched_getaffinity, "0cb" }, { SYS_sched_setaffinity, "08x" }, { SYS_sched_getscheduler, "0" },
	{ SYS_sched_setscheduler, "00b" }, { SYS_sched_getparam, "0b" }, { SYS_sched_setparam, "0b" }, { SYS_sched_get_priority_max, "0" },
	{ SYS_sched_get_priority_min, "0" }, { SYS_sched_rr_get_interval, "0b" }, { SYS_getpriority, "00" }, { SYS_setpriority, "000" },
	{ SYS_rt_sigaction, "20b8" }, { SYS_rt_sigprocmask, "00b8" }, { SYS_rt_sigpending, "b8" }, { SYS_rt_sigsuspend, "b8" },
	{ SYS_rt_sigtimedwait, "b008" }, { SYS_rt_sigqueueinfo, "i0b" }, { SYS_rt_tgsigqueueinfo, "it0b" }, { SYS_rt_sigreturn, "" },
	{ SYS_sigaltstack, "0b" }, { SYS_tkill, "t0" }, { SYS_tgkill, "it0" }, { SYS_alarm, "0" }, { SYS_getitimer, "0b" }, { SYS_setitimer, "20b" },
	{ SYS_timer_gettime, "1b" }, { SYS_timer_getoverrun, "1" }, { SYS_timer_delete, "1" },
	{ SYS_clock_gettime, "1b" }, { SYS_clock_getres, "1b" }, { SYS_clock_settime, "0x" }, { SYS_clock_nanosleep, "10o0" }, { SYS_restart_syscall, "" },
	{ SYS_gettimeofday, "b0" }, { SYS_settimeofday, "x0" }, { SYS_time, "b" },
	{ SYS_pipe2, "b0" }, { SYS_splice, "r0w0c0" }, { SYS_tee, "rwc0" }, { SYS_vmsplice, "wv20" }, { SYS_accept4, "k000" }, { SYS_connect, "kb2" },
	{ SYS_shutdown, "k2" }, { SYS_getsockname, "kbl" }, { SYS_getpeername, "kbl" }, { SYS_getsockopt, "k13bl" }, { SYS_setsockopt, "k12b4" },
	{ SYS_sendto, "kbc000" }, { SYS_recvfrom, "kbc000" }, { SYS_recvmsg, "kb0" }, { SYS_ppoll, "00o00" }, { SYS_pselect6, "0000o0" },
	{ SYS_epoll_create, "1" }, { SYS_epoll_pwait, "eb1000" }, { SYS_eventfd2, "00" }, { SYS_signalfd, "Ub8" }, { SYS_signalfd4, "Ub80" },
	{ SYS_timerfd_settime, "T0b0" }, { SYS_timerfd_gettime, "Tb" },
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static char buffer[8192];
static int file, other, folder, epoll, timer_file, pipes[2], sockets[2];
static void *memory;

static long
argument(char letter)
{
	static struct timespec long_time = { 100, 0 };
	static struct iovec pieces[2] = { { buffer, 10 }, { buffer + 100, 10 } };
	static int length = sizeof(buffer);

	switch (letter) {
	case 'f': return file;
	case 'g': return other;
	case 'd': return folder;
	case 'e': return epoll;
	case 'T': return timer_file;
	case 'r': return pipes[0];
	case 'w': return pipes[1];
	case 'k': return sockets[0];
	case 'n': return (long)"file";
	case 'N': return (long)"new";
	case 'F': return (long)"folder";
	case 'L': return (long)"symbolic";
	case 'b': return (long)buffer;
	case 'v': return (long)pieces;
	case 'l': return (long)&length;
	case 'o': return (long)&long_time;
	case 'M': return (long)memory;
	case 'c': return 64;
	case 'C': return 4096;
	case 'H': return 24;		/* struct robust_list_head */
	case 'Z': return 88;		/* struct clone_args */
	case 'u': return 0600;
	case 'i': return getpid();
	case 't': return syscall(SYS_gettid);
	case 'x': return 8;		/* no address */
	case 'A': return AT_FDCWD;
	case 'U': return -1;
	case 'Q': return FIONREAD;
	case 'G': return GET_FS;
	default: return letter - '0';
	}
}

static void
prepare(void)
{
	file = (int)DO(open("file", O_CREAT | O_RDWR, 0600));
	other = (int)DO(open("other", O_CREAT | O_RDWR, 0600));
	DO(write(file, buffer, 100));
	DO(symlink("file", "symbolic"));
	DO(mkdir("folder", 0700));
	folder = (int)DO(open("folder", O_RDONLY));
	epoll = (int)DO(epoll_create1(0));
	timer_file = (int)DO(timerfd_create(CLOCK_MONOTONIC, 0));
	DO(pipe(pipes));
	DO(write(pipes[1], buffer, 100));
	DO(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
	memory = mmap(NULL, sizeof(buffer), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void
clean(void)
{
	unlink("file");
	unlink("other");
	unlink("symbolic");
	rmdir("folder");
	unlink("new");
	rmdir("new");
}

static void
make(const struct row *r)
{
	struct sigevent kill_us = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
	struct itimerspec soon = { .it_value = { 0, 1 } };
	long a[6] = { 0 };
	timer_t timer;

	for (unsigned i = 0; r->arguments[i]; i++)
		a[i] = argument(r->arguments[i]);
	DO(timer_create(CLOCK_MONOTONIC, &kill_us, &timer));
	DO(timer_settime(timer, 0, &soon, NULL));
	syscall(r->number, a[0], a[1], a[2], a[3], a[4], a[5]);
	for (;;)
		pause();
}

int
main(void)
{
	unsigned killed = 0;
	int status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (const struct row *r = rows; r < rows + ROWS; r++) {
		pid_t pid = DO(fork());
		if (pid == 0) {
			setpgid(0, 0);
			prepare();
			make(r);
		}
		DO(waitpid(pid, &status, 0));
		kill(-pid, SIGKILL);
		clean();
		if (WIFSIGNALED(status) || r->number == SYS_exit || r->number == SYS_exit_group)
			killed++;
		else
			printf("call %ld: status %#x\n", r->number, status);
	}
	printf("at more than 150 calls: %d\n", killed == ROWS && killed > 150);
	return 0;
}
