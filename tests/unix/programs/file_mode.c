/* SPDX-License-Identifier: BSD-2-Clause */
/* Permissions: chmod, umask, chown, what another user may do. */
#include <sys/wait.h>
#include "show.h"

static void
mode_of(const char *path)
{
	struct stat s;

	DO(lstat(path, &s));
	printf("%s: %o %u %u\n", path, s.st_mode, s.st_uid, s.st_gid);
}

/* As somebody else, who is in group 100. */
static void
other(void)
{
	DO(setgid(100));
	DO(setuid(1000));
	SHOW(open("secret", O_RDONLY));
	SHOW(open("group", O_RDONLY));
	SHOW(open("group", O_RDWR));
	SHOW(open("public", O_WRONLY));
	SHOW(open("public", O_RDONLY | O_TRUNC));
	SHOW(open("new", O_CREAT | O_WRONLY, 0644));
	SHOW(access("secret", F_OK));
	SHOW(access("secret", R_OK));
	SHOW(access("group", R_OK));
	SHOW(access("closed/in", F_OK));
	SHOW(open("closed/in", O_RDONLY));
	SHOW(open("closed", O_RDONLY));
	SHOW(open("unlisted/in", O_RDONLY));
	SHOW(open("unlisted", O_RDONLY));
	SHOW(chmod("public", 0777));
	SHOW(chown("public", 1000, -1));
	SHOW(unlink("public"));
	SHOW(mkdir("d", 0755));
	SHOW(rename("public", "x"));
	SHOW(unlink("sticky/roots"));
	SHOW(rename("sticky/roots", "sticky/x"));
	SHOW(open("sticky/own", O_CREAT | O_WRONLY, 04755));
	mode_of("sticky/own");
	SHOW(chmod("sticky/own", 06755));
	mode_of("sticky/own");
	SHOW(chown("sticky/own", 1000, 100));
	mode_of("sticky/own");
	SHOW(chown("sticky/own", 1000, 5));
	SHOW(chown("sticky/own", 0, -1));
	SHOW(utimensat(AT_FDCWD, "public", NULL, 0));
	SHOW(truncate("public", 0));
	SHOW(chdir("closed"));
	SHOW(chroot("."));
	SHOW(mknod("sticky/device", S_IFCHR | 0666, 0x103));
	exit(0);
}

int
main(void)
{
	put_file("secret", "s");
	put_file("group", "g");
	put_file("public", "p");
	DO(mkdir("closed", 0755));
	put_file("closed/in", "c");
	DO(mkdir("unlisted", 0755));
	put_file("unlisted/in", "u");
	DO(mkdir("sticky", 0755));
	put_file("sticky/roots", "r");
	SHOW(chmod("secret", 0600));
	SHOW(chmod("group", 0640));
	SHOW(chown("group", 0, 100));
	SHOW(chmod("public", 0644));
	SHOW(chmod("closed", 0700));
	SHOW(chmod("unlisted", 0711));
	SHOW(chmod("sticky", 01777));
	SHOW(chmod("none", 0600));
	SHOW(chmod("public/", 0600));
	SHOW(fchmod(99, 0600));
	SHOW(fchmod(open("public", O_RDONLY), 0666));
	mode_of("public");
	SHOW(umask(077));
	SHOW(umask(01022));
	SHOW(umask(022));
	SHOW(chown("none", 1, 1));
	SHOW(symlink("public", "l"));
	SHOW(lchown("l", 5, 6));
	mode_of("l");
	SHOW(chmod("secret", 06755));
	SHOW(chown("secret", 0, 0));
	mode_of("secret");
	SHOW(chmod("secret", 0600));
	SHOW(fchownat(AT_FDCWD, "l", 7, 8, 0x4000));
	fflush(stdout);
	if (!fork())
		other();
	wait(NULL);
	mode_of("public");
	return 0;
}
