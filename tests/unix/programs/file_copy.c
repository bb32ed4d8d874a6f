/* SPDX-License-Identifier: BSD-2-Clause */
/* sendfile, copy_file_range. */
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include "show.h"

static long
copy(int in, off_t *from, int out, off_t *to, size_t bytes, unsigned flags)
{
	return syscall(SYS_copy_file_range, in, from, out, to, bytes, flags);
}

int
main(void)
{
	static char large[20000], back[20000];
	off_t at = 2, to = 1;
	int a, b, d, pipes[2];

	for (int i = 0; i < 20000; i++)
		large[i] = (char)(i * 13);
	put_file("a", "0123456789");
	a = (int)DO(open("a", O_RDONLY));
	b = (int)DO(open("b", O_CREAT | O_RDWR, 0644));
	d = (int)DO(open(".", O_RDONLY));
	DO(pipe(pipes));
	SHOW(sendfile(b, a, NULL, 4));
	SHOW(lseek(a, 0, SEEK_CUR));
	SHOW(sendfile(b, a, &at, 100));
	printf("%ld\n", (long)at);
	SHOW(lseek(a, 0, SEEK_CUR));
	show_file("b");
	SHOW(sendfile(b, a, &at, 100));
	SHOW(sendfile(a, b, NULL, 1));
	SHOW(sendfile(99, a, NULL, 1));
	SHOW(sendfile(b, d, NULL, 1));
	at = -1;
	SHOW(sendfile(b, a, &at, 1));
	at = 0;
	SHOW(sendfile(pipes[1], a, &at, 10));
	show_rest(pipes[0]);
	SHOW(copy(a, NULL, b, NULL, 3, 0));
	at = 5;
	SHOW(copy(a, &at, b, &to, 100, 0));
	printf("%ld %ld\n", (long)at, (long)to);
	show_file("b");
	SHOW(copy(a, NULL, b, NULL, 1, 1));
	SHOW(copy(a, NULL, a, NULL, 1, 0));
	SHOW(copy(d, NULL, b, NULL, 1, 0));
	SHOW(copy(pipes[0], NULL, b, NULL, 1, 0));
	SHOW(copy(99, NULL, b, NULL, 1, 0));
	at = 0;
	to = 2;
	SHOW(copy(b, &at, b, &to, 5, 0));
	to = 6;
	SHOW(copy(b, &at, b, &to, 5, 0));
	show_file("b");
	DO(ftruncate(b, 0));
	DO(pwrite(b, large, sizeof(large), 0));
	a = (int)DO(open("c", O_CREAT | O_RDWR, 0644));
	at = 0;
	SHOW(sendfile(a, b, &at, sizeof(large)));
	SHOW(pread(a, back, sizeof(back), 0));
	printf("%d\n", memcmp(large, back, sizeof(back)));
	return 0;
}
