/* SPDX-License-Identifier: BSD-2-Clause */
/* A file that was executed is executed again: as it was, and with other content that came by each of the ways in which a file gets some. */
#include <sys/mman.h>
#include "copy_self.h"

#define PAGE	4096
#define TIMES	3

/* In a page of its own of what can only be read.  The compiler is not to know what it says. */
static const volatile char mark[PAGE] __attribute__((aligned(PAGE))) = "again, as version 0";

static char image[8 << 20];

static void
say(const char *who)
{
	char text[sizeof("again, as version 0")];

	for (unsigned i = 0; i < sizeof(text); i++)
		text[i] = mark[i];
	printf("%s: %s\n", who, text);
	fflush(stdout);
}

static void
run(const char *path)
{
	char *argument[] = { "again", NULL };
	int status;

	for (int i = 0; i < TIMES; i++) {
		pid_t pid = (pid_t)DO(fork());
		if (!pid) {
			execv(path, argument);
			_exit(1);
		}
		DO(waitpid(pid, &status, 0));
		SHOW(status);
	}
}

static ssize_t
read_all(const char *path)
{
	int fd = (int)DO(open(path, O_RDONLY));
	ssize_t all = 0;

	for (ssize_t bytes; (bytes = read(fd, image + all, sizeof(image) - (size_t)all)) > 0;)
		all += bytes;
	close(fd);
	return all;
}

static size_t
mark_place(ssize_t bytes)
{
	const char *at = image;

	do
		at = memmem(at + 1, (size_t)(image + bytes - at - 1), "again, as version ", 18);
	while (at && (at - image) % PAGE);
	if (!at)
		exit(98);
	return (size_t)(at - image);
}

/* The whole of it, into what PATH is with these FLAGS. */
static void
write_version(const char *path, char version, int flags)
{
	ssize_t bytes = read_all(path);
	size_t at = mark_place(bytes);

	image[at + 18] = version;
	if (flags & O_EXCL)
		DO(unlink(path));
	int fd = (int)DO(open(path, O_WRONLY | flags, 0755));
	for (ssize_t done = 0; done < bytes;)
		done += DO(write(fd, image + done, (size_t)(bytes - done)));
	DO(close(fd));
}

/* Nothing but the byte. */
static void
patch_version(const char *path, char version)
{
	size_t at = mark_place(read_all(path));
	int fd = (int)DO(open(path, O_WRONLY));

	SHOW(pwrite(fd, &version, 1, (off_t)at + 18));
	DO(close(fd));
}

/* A child that executes nothing shows its own memory, whatever was executed last. */
static void
child_looks(void)
{
	int status;
	pid_t pid = (pid_t)DO(fork());

	if (!pid) {
		say("child");
		SHOW(mprotect((void *)mark, PAGE, PROT_NONE));
		SHOW(mprotect((void *)mark, PAGE, PROT_READ));
		say("child, protected and not");
		SHOW(mmap((void *)mark, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == mark);
		say("child, with nothing there");
		SHOW(munmap((void *)mark, PAGE));
		_exit(0);
	}
	DO(waitpid(pid, &status, 0));
	SHOW(status);
}

/* One that looks everywhere first executes what is another program there. */
static void
child_looks_and_runs(const char *path)
{
	int status;
	pid_t pid = (pid_t)DO(fork());

	if (!pid) {
		say("child that runs it");
		DO(mprotect((void *)mark, PAGE, PROT_READ | PROT_WRITE));
		run(path);
		say("child that ran it");
		_exit(0);
	}
	DO(waitpid(pid, &status, 0));
	SHOW(status);
}

int
main(int count, char **argument)
{
	const char *path = "/tmp/again";

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!strcmp(argument[0], "again")) {
		say("executed");
		return 0;
	}
	copy_self(path);
	run(path);
	child_looks();
	write_version(path, '1', O_TRUNC);
	run(path);
	write_version(path, '2', O_CREAT | O_EXCL);
	run(path);
	patch_version(path, '3');
	run(path);
	child_looks();
	child_looks_and_runs(path);
	write_version(path, '4', 0);
	run(path);
	run("/proc/self/exe");
	DO(unlink(path));
	return 0;
}
