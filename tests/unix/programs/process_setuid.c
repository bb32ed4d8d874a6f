/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs with set-user-ID and set-group-ID bits. */
#include <sys/auxv.h>
#include <sys/prctl.h>
#include "copy_self.h"

static int
tell(const char *what)
{
	uid_t uid, euid, suid;
	gid_t gid, egid, sgid;
	int death = 0;

	DO(getresuid(&uid, &euid, &suid));
	DO(getresgid(&gid, &egid, &sgid));
	DO(prctl(PR_GET_PDEATHSIG, &death));
	printf("%s: %u %u %u, %u %u %u, secure %lu, dumpable %d, death %d\n", what, uid, euid, suid, gid, egid, sgid, getauxval(AT_SECURE), prctl(PR_GET_DUMPABLE) == 1, death);
	return 0;
}

static void
run_as(const char *what, uid_t uid, gid_t gid, int no_new)
{
	char *arguments[] = { "program", (char *)what, NULL };

	if (fork() == 0) {
		DO(setresgid(gid, gid, gid));
		DO(setresuid(uid, uid, uid));
		prctl(PR_SET_PDEATHSIG, 10);
		if (no_new)
			DO(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
		execv("./program", arguments);
		printf("%s: %s\n", what, strerror(errno));
		_exit(1);
	}
	DO(wait(NULL));
}

static void
mode(unsigned bits, uid_t uid, gid_t gid)
{
	DO(chown("program", uid, gid));
	DO(chmod("program", bits));
	printf("%o of %u, %u\n", bits, uid, gid);
	run_as("the superuser", 0, 0, 0);
	run_as("somebody", 5555, 5556, 0);
	run_as("its owner", uid, gid, 0);
	run_as("somebody for good", 5555, 5556, 1);
}

int
main(int count, char **argument)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (count > 1)
		return tell(argument[1]);
	copy_self("program");
	DO(chmod(".", 0755));
	mode(0755, 1234, 1235);
	mode(04755, 1234, 1235);
	mode(02755, 1234, 1235);
	mode(06755, 1234, 1235);
	mode(02745, 1234, 1235);
	mode(04755, 0, 0);
	return 0;
}
