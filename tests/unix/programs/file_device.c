/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices of memory. */
#include <sys/mman.h>
#include "show.h"

int
main(void)
{
	char buffer[5000];
	int null = (int)DO(open("/dev/null", O_RDWR)), zero = (int)DO(open("/dev/zero", O_RDWR)), full = (int)DO(open("/dev/full", O_RDWR)),
		random = (int)DO(open("/dev/urandom", O_RDONLY)), zeroes = 0, different = 0;

	SHOW(read(null, buffer, 100));
	SHOW(write(null, buffer, 5000));
	memset(buffer, 1, sizeof(buffer));
	SHOW(read(zero, buffer, 5000));
	for (int i = 0; i < 5000; i++)
		zeroes += !buffer[i];
	printf("%d zeroes\n", zeroes);
	SHOW(write(zero, buffer, 5000));
	SHOW(read(full, buffer, 10));
	SHOW(write(full, buffer, 10));
	SHOW(write(full, buffer, 0));
	SHOW(read(random, buffer, 1000));
	for (int i = 1; i < 1000; i++)
		different += buffer[i] != buffer[i - 1];
	printf("%d\n", different > 900);
	SHOW(lseek(null, 100, SEEK_SET));
	SHOW(lseek(zero, 100, SEEK_END));
	SHOW(pread(zero, buffer, 10, 1000));
	SHOW(ftruncate(null, 0));
	SHOW(open("/dev/null", O_WRONLY | O_TRUNC));
	SHOW(open("/dev/null", O_DIRECTORY));
	SHOW(open("/dev/null/x", O_RDONLY));
	char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
	printf("%d\n", p != MAP_FAILED && p[5000] == 0 && (p[5000] = 7) == 7);
	SHOW(mmap(NULL, 4096, PROT_READ, MAP_SHARED, null, 0) == MAP_FAILED);
	show_file("/dev/null");
	return 0;
}
