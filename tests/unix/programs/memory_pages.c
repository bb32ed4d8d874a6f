/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages as they are read, written, inherited, protected and lost: what is where, whichever way it came. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096ul
#define PAGES	64

static sigjmp_buf back;
static const char *signal_name = "none";

static void
on_signal(int number)
{
	signal_name = number == SIGBUS ? "SIGBUS" : "SIGSEGV";
	siglongjmp(back, 1);
}

static void
say_read(const char *what, volatile char *at)
{
	if (sigsetjmp(back, 1))
		printf("%s: %s\n", what, signal_name);
	else
		printf("%s: %d\n", what, *at);
}

static void
say_write(const char *what, volatile char *at, char value)
{
	if (sigsetjmp(back, 1)) {
		printf("%s: %s\n", what, signal_name);
		return;
	}
	*at = value;
	printf("%s: %d\n", what, *at);
}

static unsigned
sum(const char *memory)
{
	unsigned total = 0;

	for (unsigned i = 0; i < PAGES * PAGE; i++)
		total = total * 31 + (unsigned char)memory[i];
	return total;
}

static char *
zeroes(int flags)
{
	char *memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		exit(1);
	return memory;
}

static int
file_of_pages(void)
{
	int fd = open("pages", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char page[PAGE];

	for (int i = 0; i < PAGES; i++) {
		memset(page, i + 1, PAGE);
		if (write(fd, page, PAGE) != (ssize_t)PAGE)
			exit(1);
	}
	return fd;
}

/* Upwards, downwards and with gaps, read first and written first. */
static void
orders(void)
{
	char *up = zeroes(MAP_PRIVATE), *down = zeroes(MAP_PRIVATE), *mixed = zeroes(MAP_PRIVATE);

	for (int i = 0; i < PAGES; i++) {
		up[i * PAGE + 1] = (char)i;
		down[(PAGES - 1 - i) * PAGE + 2] = (char)i;
		if (i % 3 == 0)
			mixed[i * PAGE] += 7;
		if (i % 3 == 1 && mixed[i * PAGE])
			exit(1);
	}
	printf("orders: %u %u %u\n", sum(up), sum(down), sum(mixed));
	munmap(up + 8 * PAGE, 16 * PAGE);
	say_read("unmapped", up + 9 * PAGE);
	say_read("behind", up + 24 * PAGE + 1);
	madvise(down, 32 * PAGE, MADV_DONTNEED);
	printf("forgotten: %u\n", sum(down));
}

/* The kernel writes where a program has read, and the other way round. */
static void
copies(int fd)
{
	char *memory = zeroes(MAP_PRIVATE), *file = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

	for (int i = 0; i < PAGES; i += 2)
		if (memory[i * PAGE] || file[i * PAGE] != i + 1)
			exit(1);
	for (int i = 0; i < PAGES; i++) {
		if (pread(fd, memory + i * PAGE, PAGE, (PAGES - 1 - i) * (off_t)PAGE) != (ssize_t)PAGE)
			exit(1);
		if (i % 3 == 0 && pread(fd, file + i * PAGE, 100, 0) != 100)
			exit(1);
	}
	printf("copies: %u %u\n", sum(memory), sum(file));
}

static void
inherited(int fd)
{
	char *mine = zeroes(MAP_PRIVATE), *ours = zeroes(MAP_SHARED), *file = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	int status;

	for (int i = 0; i < PAGES; i += 4) {
		mine[i * PAGE] = 'p';
		file[i * PAGE + PAGE] = 'p';
	}
	for (int round = 0; round < 2; round++) {
		fflush(stdout);
		if (!fork()) {
			for (int i = 0; i < PAGES; i += 2)
				ours[i * PAGE] = mine[i * PAGE] = (char)('c' + round);
			printf("child: %u %u %u\n", sum(mine), sum(ours), sum(file));
			exit(0);
		}
		wait(&status);
		mine[round * 4 * PAGE] = 'q';
		printf("parent: %u %u %u\n", sum(mine), sum(ours), sum(file));
	}
}

static void
protected(int fd)
{
	char *memory = zeroes(MAP_PRIVATE), *file = mmap(NULL, PAGES * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);

	for (int i = 0; i < PAGES; i++)
		memory[i * PAGE] = (char)i;
	mprotect(memory + PAGE, 20 * PAGE, PROT_READ);
	say_read("readable", memory + 5 * PAGE);
	say_write("not writable", memory + 5 * PAGE, 1);
	mprotect(memory + 4 * PAGE, PAGE, PROT_NONE);
	say_read("nothing", memory + 4 * PAGE);
	mprotect(memory + 4 * PAGE, 2 * PAGE, PROT_READ | PROT_WRITE);
	say_write("again", memory + 4 * PAGE, 9);
	say_read("file", file + 3 * PAGE);
	say_write("file not writable", file + 3 * PAGE, 1);
	mprotect(file, PAGES * PAGE, PROT_NONE);
	say_read("file, nothing", file + 3 * PAGE);
	mprotect(file, PAGES * PAGE, PROT_READ | PROT_WRITE);
	say_write("file, copied", file + 3 * PAGE, 77);
	printf("protected: %u %u\n", sum(memory), sum(file));
}

static void
moved(int fd)
{
	char *memory = zeroes(MAP_PRIVATE), *file = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

	memory[3 * PAGE] = 'm';
	if (memory[5 * PAGE] || file[9 * PAGE] != 10)
		exit(1);
	file[10 * PAGE] = 'f';
	memory = mremap(memory, PAGES * PAGE, 2 * PAGES * PAGE, MREMAP_MAYMOVE);
	memory[PAGES * PAGE] = 'n';
	char *to = zeroes(MAP_PRIVATE);
	char *there = mremap(file, PAGES * PAGE, PAGES * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	printf("moved: %u %u %u\n", sum(memory), sum(memory + PAGES * PAGE), sum(there));
	say_read("where it was", file + 9 * PAGE);
}

static void
cut(int fd)
{
	char *ours = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), *mine = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

	printf("whole: %u %u\n", sum(ours), sum(mine));
	mine[40 * PAGE] = 1;
	ours[2 * PAGE] = 'o';
	say_read("seen by both", mine + 2 * PAGE);
	if (ftruncate(fd, 32 * PAGE))
		exit(1);
	say_read("before the end", ours + 31 * PAGE);
	say_read("behind the end", ours + 32 * PAGE);
	say_read("behind the end, private", mine + 33 * PAGE);
	say_read("behind the end, copied", mine + 40 * PAGE);
	if (ftruncate(fd, PAGES * PAGE))
		exit(1);
	say_read("longer again", ours + 40 * PAGE);
	say_write("and written", ours + 40 * PAGE, 3);
	printf("end: %u %u\n", sum(ours), sum(mine));
}

int
main(void)
{
	signal(SIGSEGV, on_signal);
	signal(SIGBUS, on_signal);
	orders();
	int fd = file_of_pages();
	copies(fd);
	inherited(fd);
	protected(fd);
	moved(fd);
	cut(fd);
	return 0;
}
