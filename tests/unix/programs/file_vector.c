/* SPDX-License-Identifier: BSD-2-Clause */
/* readv, writev and theirs with places. */
#include <sys/uio.h>
#include "show.h"

int
main(void)
{
	char a[4] = "abcd", b[6] = "efghij", c[8] = "klmnopqr";
	struct iovec v[3] = { { a, 4 }, { b, 6 }, { c, 8 } }, empty[2] = { { a, 0 }, { b, 0 } }, bad[2] = { { a, 4 }, { NULL, 4 } };
	struct iovec many[1025], negative = { a, (size_t)-1 };
	int fd = (int)DO(open("f", O_CREAT | O_RDWR, 0644));

	SHOW(writev(fd, v, 3));
	SHOW(writev(fd, v, 0));
	SHOW(writev(fd, empty, 2));
	SHOW(writev(fd, v, -1));
	SHOW(writev(99, v, 1));
	SHOW(writev(fd, &negative, 1));
	SHOW(writev(fd, NULL, 1));
	show_file("f");
	SHOW(lseek(fd, 2, SEEK_SET));
	memset(a, '.', sizeof(a));
	memset(b, '.', sizeof(b));
	memset(c, '.', sizeof(c));
	SHOW(readv(fd, v, 3));
	printf("%.4s %.6s %.8s\n", a, b, c);
	SHOW(readv(fd, v, 3));
	SHOW(preadv(fd, v, 2, 9));
	printf("%.4s %.6s\n", a, b);
	SHOW(preadv(fd, v, 2, -1));
	SHOW(pwritev(fd, v, 2, 30));
	SHOW(lseek(fd, 0, SEEK_SET));
	SHOW(readv(fd, bad, 2));
	SHOW(lseek(fd, 0, SEEK_CUR));
	for (int i = 0; i < 1025; i++)
		many[i] = (struct iovec){ c, 8 };
	SHOW(ftruncate(fd, 0));
	SHOW(pwritev(fd, many, 1024, 0));
	SHOW(pwritev(fd, many, 1025, 0));
	SHOW(preadv(fd, many, 1024, 4));
	return 0;
}
