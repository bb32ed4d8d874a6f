/* SPDX-License-Identifier: BSD-2-Clause */
/* open: flags, what is made, what is refused. */
#include "show.h"

int
main(void)
{
	struct stat s;
	int fd;

	SHOW(open("new", O_RDONLY));
	SHOW(open("new", O_CREAT | O_WRONLY | O_EXCL, 0666));
	SHOW(write(3, "hello\n", 6));
	SHOW(read(3, &s, 1));
	SHOW(open("new", O_CREAT | O_WRONLY | O_EXCL, 0666));
	SHOW(open("new", O_RDONLY));
	SHOW(write(4, "x", 1));
	show_rest(4);
	SHOW(close(3));
	SHOW(close(3));
	SHOW(open("new", O_WRONLY | O_APPEND));
	SHOW(write(3, "more\n", 5));
	SHOW(lseek(3, 0, SEEK_CUR));
	SHOW(open("new/", O_RDONLY));
	SHOW(open("other/", O_CREAT | O_WRONLY, 0666));
	SHOW(mkdir("dir", 0755));
	SHOW(open("dir", O_WRONLY));
	SHOW(open("dir", O_RDWR));
	SHOW(open("dir", O_RDONLY | O_CREAT, 0666));
	SHOW(open("new", O_DIRECTORY));
	fd = (int)SHOW(open("dir", O_DIRECTORY));
	SHOW(read(fd, &s, 1));
	SHOW(write(fd, &s, 1));
	SHOW(open("dir", O_TMPFILE | O_RDONLY, 0600));
	SHOW(open("absent", O_TMPFILE | O_CREAT | O_RDWR, 0600));
	SHOW(open(".", O_TMPFILE | O_CREAT | O_RDWR, 0600));
	SHOW(open("dir/x", O_CREAT | O_RDONLY, 0200));
	SHOW(stat("dir/x", &s));
	printf("mode %o size %ld\n", s.st_mode, (long)s.st_size);
	SHOW(symlink("new", "link"));
	SHOW(symlink("nothing", "dangling"));
	SHOW(open("link", O_RDONLY | O_NOFOLLOW));
	SHOW(open("dangling", O_RDONLY));
	SHOW(open("dangling", O_CREAT | O_EXCL | O_WRONLY, 0644));
	SHOW(open("dangling", O_CREAT | O_WRONLY, 0644));
	SHOW(stat("nothing", &s));
	SHOW(open("link", O_WRONLY | O_TRUNC));
	SHOW(stat("new", &s));
	printf("size %ld\n", (long)s.st_size);
	SHOW(open("link", O_PATH | O_NOFOLLOW));
	SHOW(open("", O_RDONLY));
	SHOW(open(NULL, O_RDONLY));
	SHOW(creat("made", 0640));
	SHOW(open("new/below", O_RDONLY));
	SHOW(open("missing/below", O_CREAT | O_WRONLY, 0666));
	fd = (int)SHOW(open("new", O_ACCMODE));
	SHOW(read(fd, &s, 1));
	SHOW(write(fd, &s, 1));
	return 0;
}
