/* SPDX-License-Identifier: BSD-2-Clause */
/* rename, renameat2: what takes whose place. */
#include <sys/syscall.h>
#include "show.h"

#define NOREPLACE 1
#define EXCHANGE 2

static long
rename2(const char *old, const char *new, unsigned flags)
{
	return syscall(SYS_renameat2, AT_FDCWD, old, AT_FDCWD, new, flags);
}

int
main(void)
{
	int fd;

	put_file("a", "a");
	put_file("b", "b");
	DO(mkdir("d", 0755));
	DO(mkdir("d/e", 0755));
	DO(mkdir("empty", 0755));
	DO(symlink("a", "l"));
	SHOW(rename("none", "x"));
	SHOW(rename("a", "none/x"));
	SHOW(rename("a", ""));
	SHOW(rename("", "a"));
	SHOW(rename("a", "a"));
	SHOW(rename("a", "d"));
	SHOW(rename("d", "a"));
	SHOW(rename("d", "d/e/f"));
	SHOW(rename("d", "d/e"));
	SHOW(rename("d/e", "d"));
	SHOW(rename("a/", "x"));
	SHOW(rename("a", "x/"));
	SHOW(rename("d", "x/"));
	SHOW(rename("x", "d"));
	SHOW(rename(".", "x"));
	SHOW(rename("d/.", "x"));
	SHOW(rename("d/..", "x"));
	SHOW(rename("a", "."));
	SHOW(rename("/", "x"));
	SHOW(rename("a", "/"));
	SHOW(rename("empty", "d"));
	SHOW(rename("d", "empty"));
	show_file("empty/e");
	SHOW(rename("a", "b"));
	show_file("b");
	fd = (int)DO(open("b", O_RDONLY));
	put_file("c", "c");
	SHOW(rename("c", "b"));
	show_rest(fd);
	SHOW(rename("l", "m"));
	SHOW(rename("b", "m"));
	show_file("m");
	SHOW(link("m", "same"));
	SHOW(rename("m", "same"));
	SHOW(access("m", F_OK));
	SHOW(rename2("m", "same", NOREPLACE));
	SHOW(rename2("m", "new", NOREPLACE));
	SHOW(rename2("new", "other", EXCHANGE));
	SHOW(rename2("new", "empty/e", EXCHANGE));
	SHOW(rename2("empty", "new", EXCHANGE));
	SHOW(rename2("empty", "new", EXCHANGE | NOREPLACE));
	SHOW(rename2("empty", "new", 8));
	SHOW(rename2("new", "new/sub", EXCHANGE));
	return 0;
}
