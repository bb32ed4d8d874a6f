/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls from a directory's descriptor, and descriptors that are only a place. */
#include <sys/syscall.h>
#include "show.h"

int
main(void)
{
	struct stat s;
	char text[20];
	int d, f, p;

	SHOW(mkdirat(AT_FDCWD, "d", 0755));
	d = (int)DO(open("d", O_RDONLY | O_DIRECTORY));
	SHOW(mkdirat(d, "e", 0755));
	f = (int)SHOW(openat(d, "f", O_CREAT | O_RDWR, 0644));
	SHOW(write(f, "text", 4));
	SHOW(openat(f, "x", O_RDONLY));
	SHOW(openat(99, "x", O_RDONLY));
	SHOW(openat(99, "/dev/null", O_RDONLY));
	SHOW(openat(d, "../d/f", O_RDONLY));
	SHOW(symlinkat("f", d, "l"));
	SHOW(readlinkat(d, "l", text, sizeof(text)));
	SHOW(readlinkat(f, "", text, sizeof(text)));
	SHOW(linkat(d, "f", d, "g", 0));
	SHOW(renameat(d, "g", AT_FDCWD, "h"));
	SHOW(fstatat(d, "l", &s, AT_SYMLINK_NOFOLLOW));
	printf("%o\n", s.st_mode);
	SHOW(fstatat(f, "", &s, AT_EMPTY_PATH));
	printf("%ld\n", (long)s.st_size);
	SHOW(fchmodat(d, "f", 0600, 0));
	SHOW(fchownat(f, "", -1, -1, AT_EMPTY_PATH));
	SHOW(faccessat(d, "f", R_OK, 0));
	SHOW(faccessat(d, "none", R_OK, 0));
	SHOW(syscall(SYS_faccessat2, d, "f", R_OK, 0x8000));
	SHOW(syscall(SYS_faccessat2, f, "", R_OK, AT_EMPTY_PATH));
	SHOW(unlinkat(d, "e", 0));
	SHOW(unlinkat(d, "e", AT_REMOVEDIR));
	SHOW(mknodat(d, "fifo", S_IFIFO | 0644, 0));
	p = (int)SHOW(open("d/f", O_PATH));
	SHOW(read(p, text, 1));
	SHOW(write(p, text, 1));
	SHOW(fchmod(p, 0777));
	SHOW(ftruncate(p, 0));
	SHOW(lseek(p, 0, SEEK_SET));
	SHOW(fstat(p, &s));
	SHOW(fcntl(p, F_GETFL) == O_PATH);
	SHOW(fcntl(p, F_SETFL, 0));
	SHOW(fcntl(p, F_GETFD));
	SHOW(dup(p));
	SHOW(fstatat(p, "", &s, AT_EMPTY_PATH));
	p = (int)SHOW(open("d/l", O_PATH | O_NOFOLLOW));
	SHOW(readlinkat(p, "", text, sizeof(text)));
	p = (int)SHOW(open("d", O_PATH));
	SHOW(openat(p, "f", O_RDONLY));
	SHOW(fchdir(p));
	SHOW(access("f", F_OK));
	SHOW(fchdir(f));
	SHOW(fchdir(99));
	SHOW(chdir("f"));
	SHOW(chdir("none"));
	SHOW(chdir(""));
	return 0;
}
