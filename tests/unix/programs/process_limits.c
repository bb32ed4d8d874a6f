/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits: get, set, and RLIMIT_NPROC and RLIMIT_SIGPENDING as they are enforced. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include "show.h"

static void
bomb(void)
{
	struct rlimit few = { 6, 6 };
	int made = 0;

	DO(setrlimit(RLIMIT_NPROC, &few));
	DO(setresuid(7777, 7777, 7777));
	for (int i = 0; i < 20; i++) {
		pid_t pid = fork();
		if (pid == 0) {
			pause();
			_exit(0);
		}
		if (pid < 0) {
			printf("fork: %s\n", strerror(errno));
			break;
		}
		made++;
	}
	printf("%d children\n", made);
	signal(SIGTERM, SIG_IGN);
	DO(kill(0, SIGTERM));
	for (int i = 0; i < made; i++)
		DO(wait(NULL));
	SHOW(fork() == 0 ? (_exit(0), 0) : 1);
	DO(wait(NULL));
	_exit(0);
}

int
main(void)
{
	struct rlimit l = { 100, 200 }, got;

	setvbuf(stdout, NULL, _IOLBF, 0);
	SHOW(setrlimit(RLIMIT_NOFILE, &l));
	SHOW(getrlimit(RLIMIT_NOFILE, &got));
	printf("%lu %lu\n", (unsigned long)got.rlim_cur, (unsigned long)got.rlim_max);
	l = (struct rlimit){ 300, 200 };
	SHOW(setrlimit(RLIMIT_NOFILE, &l));
	SHOW(getrlimit(99, &got));
	SHOW(setrlimit(99, &got));
	SHOW(syscall(SYS_prlimit64, 0, RLIMIT_CORE, NULL, &got));
	SHOW(syscall(SYS_prlimit64, 999999, RLIMIT_CORE, NULL, &got));
	SHOW(syscall(SYS_prlimit64, 0, RLIMIT_CORE, 8, NULL));
	l = (struct rlimit){ 5, 10 };
	SHOW(setrlimit(RLIMIT_CPU, &l));
	if (fork() == 0) {
		SHOW(getrlimit(RLIMIT_CPU, &got));
		printf("%lu %lu\n", (unsigned long)got.rlim_cur, (unsigned long)got.rlim_max);
		DO(setresuid(7777, 7777, 7777));
		l = (struct rlimit){ 5, 11 };
		SHOW(setrlimit(RLIMIT_CPU, &l));
		l = (struct rlimit){ 6, 9 };
		SHOW(setrlimit(RLIMIT_CPU, &l));
		SHOW(syscall(SYS_prlimit64, getppid(), RLIMIT_CPU, NULL, &got));
		_exit(0);
	}
	DO(wait(NULL));
	if (fork() == 0) {
		DO(setpgid(0, 0));
		bomb();
	}
	DO(wait(NULL));
	return 0;
}
