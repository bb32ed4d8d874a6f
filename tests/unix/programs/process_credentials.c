/* SPDX-License-Identifier: BSD-2-Clause */
/* Users and groups, as the superuser and as another. */
#include <grp.h>
#include <signal.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include "show.h"

static void
who(void)
{
	uid_t u[3];
	gid_t g[3];

	getresuid(&u[0], &u[1], &u[2]);
	getresgid(&g[0], &g[1], &g[2]);
	printf("users %u %u %u, groups %u %u %u\n", u[0], u[1], u[2], g[0], g[1], g[2]);
}

int
main(void)
{
	gid_t list[40] = { 5, 6, 7 };
	pid_t parent = getpid();

	setvbuf(stdout, NULL, _IOLBF, 0);
	who();
	SHOW(setgroups(3, list));
	SHOW(getgroups(0, NULL));
	SHOW(getgroups(2, list));
	SHOW(getgroups(40, list));
	printf("%u %u %u\n", list[0], list[1], list[2]);
	SHOW(setgroups(1 << 20, list));
	if (fork() == 0) {
		SHOW(setresgid(10, 11, 12));
		SHOW(setresuid(20, 21, 22));
		who();
		SHOW(setuid(22));
		who();
		SHOW(setuid(20));
		SHOW(setuid(21));
		SHOW(setreuid(22, 20));
		who();
		SHOW(setreuid(5, -1));
		SHOW(setresuid(-1, 22, -1));
		who();
		SHOW(setresuid(0, 0, 0));
		SHOW(setgid(12));
		SHOW(setgid(13));
		SHOW(setregid(10, 12));
		who();
		SHOW(setfsuid(20));
		SHOW(setfsuid(99));
		SHOW(setfsuid(-1));
		SHOW(setgroups(0, NULL));
		SHOW(kill(parent, 0));
		SHOW(kill(getpid(), 0));
		_exit(0);
	}
	DO(wait(NULL));
	if (fork() == 0) {
		SHOW(seteuid(30));
		who();
		SHOW(seteuid(31));
		SHOW(seteuid(0));
		SHOW(setreuid(40, 41));
		who();
		SHOW(setuid(-1));
		_exit(0);
	}
	DO(wait(NULL));
	if (fork() == 0) {
		SHOW(setuid(50));
		who();
		SHOW(setuid(0));
		_exit(0);
	}
	DO(wait(NULL));
	return 0;
}
