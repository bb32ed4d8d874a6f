/* SPDX-License-Identifier: BSD-2-Clause */
/* Places, holes, sizes. */
#include "show.h"

int
main(void)
{
	struct stat s;
	char buffer[100];
	int fd = (int)DO(open("f", O_CREAT | O_RDWR, 0644)), pipes[2];

	SHOW(write(fd, "0123456789", 10));
	SHOW(lseek(fd, 3, SEEK_SET));
	show_rest(fd);
	SHOW(lseek(fd, -4, SEEK_END));
	SHOW(lseek(fd, -2, SEEK_CUR));
	SHOW(lseek(fd, -20, SEEK_CUR));
	SHOW(lseek(fd, 0, 9));
	SHOW(lseek(fd, INT64_MAX, SEEK_CUR));
	SHOW(lseek(99, 0, SEEK_SET));
	SHOW(pread(fd, buffer, 3, 8));
	SHOW(pread(fd, buffer, 3, 10));
	SHOW(pread(fd, buffer, 3, -1));
	SHOW(pwrite(fd, "ab", 2, 2));
	SHOW(pwrite(fd, "ab", 2, -5));
	SHOW(lseek(fd, 0, SEEK_CUR));
	SHOW(lseek(fd, 20, SEEK_SET));
	SHOW(write(fd, "end", 3));
	show_file("f");
	SHOW(ftruncate(fd, 12));
	show_file("f");
	SHOW(ftruncate(fd, 16));
	show_file("f");
	SHOW(ftruncate(fd, -1));
	SHOW(truncate("f", 5));
	SHOW(truncate("none", 5));
	SHOW(truncate(".", 5));
	SHOW(truncate("f", -5));
	SHOW(ftruncate(99, 0));
	SHOW(ftruncate(open("f", O_RDONLY), 0));
	show_file("f");
	SHOW(pwrite(fd, "x", 1, 1 << 20));
	DO(fstat(fd, &s));
	printf("size %ld, less in blocks: %d\n", (long)s.st_size, s.st_blocks * 512 < s.st_size);
	SHOW(lseek(fd, 0, SEEK_DATA));
	SHOW(lseek(fd, 0, SEEK_HOLE));
	SHOW(lseek(fd, 8192, SEEK_DATA));
	SHOW(lseek(fd, 1 << 20, SEEK_HOLE));
	SHOW(lseek(fd, 2 << 20, SEEK_DATA));
	SHOW(lseek(fd, -1, SEEK_DATA));
	SHOW(posix_fallocate(fd, 0, 0));
	SHOW(fallocate(fd, 0, -1, 5));
	SHOW(fallocate(fd, 0, 2 << 20, 100));
	SHOW(fallocate(fd, FALLOC_FL_KEEP_SIZE, 4 << 20, 100));
	SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 4));
	SHOW(pwrite(fd, "0123456789", 10, 0));
	SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 2, 4));
	SHOW(fallocate(open("f", O_RDONLY), 0, 0, 4));
	DO(fstat(fd, &s));
	printf("size %ld\n", (long)s.st_size);
	SHOW(ftruncate(fd, 10));
	show_file("f");
	DO(pipe(pipes));
	SHOW(lseek(pipes[0], 0, SEEK_SET));
	SHOW(pread(pipes[0], buffer, 1, 0));
	SHOW(pwrite(pipes[1], buffer, 1, 0));
	SHOW(fallocate(pipes[1], 0, 0, 1));
	SHOW(fsync(fd));
	SHOW(fdatasync(fd));
	SHOW(fsync(pipes[0]));
	SHOW(fsync(99));
	return 0;
}
