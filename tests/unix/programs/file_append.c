/* SPDX-License-Identifier: BSD-2-Clause */
/* Who writes where: O_APPEND, places that are shared by dup and fork and not by open; files without names. */
#include <sys/wait.h>
#include "show.h"

int
main(void)
{
	struct stat s;
	int a = (int)DO(open("f", O_CREAT | O_WRONLY | O_APPEND, 0644)), b = (int)DO(open("f", O_WRONLY)), c = (int)DO(dup(b)), r;

	SHOW(write(a, "aaaa", 4));
	SHOW(write(b, "b", 1));
	SHOW(write(c, "c", 1));
	SHOW(write(a, "A", 1));
	show_file("f");
	SHOW(lseek(a, 0, SEEK_SET));
	SHOW(write(a, "B", 1));
	SHOW(lseek(a, 0, SEEK_CUR));
	SHOW(pwrite(a, "C", 1, 0));
	show_file("f");
	fflush(stdout);
	if (!fork()) {
		DO(write(b, "dd", 2));
		_exit(0);
	}
	wait(NULL);
	SHOW(lseek(b, 0, SEEK_CUR));
	show_file("f");
	r = (int)DO(open("f", O_RDONLY));
	SHOW(truncate("f", 2));
	show_rest(r);
	SHOW(write(b, "e", 1));
	show_file("f");
	SHOW(unlink("f"));
	DO(fstat(r, &s));
	printf("%lu links, %ld bytes\n", (unsigned long)s.st_nlink, (long)s.st_size);
	SHOW(write(a, "gone", 4));
	show_rest(r);
	put_file("f", "another");
	show_rest(r);
	show_file("f");
	SHOW(mkdir("d", 0755));
	SHOW(chdir("d"));
	SHOW(rmdir("../d"));
	SHOW(open("x", O_CREAT | O_WRONLY, 0644));
	SHOW(open(".", O_RDONLY));
	SHOW(getcwd((char[100]){ 0 }, 100) != NULL);
	SHOW(open("../f", O_RDONLY));
	SHOW(chdir(".."));
	SHOW(access("f", F_OK));
	return 0;
}
