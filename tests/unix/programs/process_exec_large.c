/* SPDX-License-Identifier: BSD-2-Clause */
/* Many and long arguments, and too many. */
#include <sys/auxv.h>
#include <sys/resource.h>
#include "show.h"

static int
again(int count, char **argument)
{
	unsigned long sum = 0, bytes = 0;

	for (int i = 1; i < count; i++) {
		for (const char *c = argument[i]; *c; c++, bytes++)
			sum = sum * 31 + (unsigned char)*c;
	}
	printf("%d arguments, %lu bytes, sum %lx\n", count, bytes, sum);
	return 0;
}

static void
run(char *self, unsigned count, unsigned length)
{
	char **list = calloc(count + 2, sizeof(*list)), *text = malloc(length + 1), *none[] = { NULL };
	int status;

	memset(text, 'x', length);
	text[length] = 0;
	list[0] = "again";
	for (unsigned i = 1; i <= count; i++)
		list[i] = text;
	if (fork() == 0) {
		execve(self, list, none);
		printf("%u of %u: %s\n", count, length, strerror(errno));
		_exit(1);
	}
	wait(&status);
	printf("status %#x\n", status);
	free(list);
	free(text);
}

int
main(int count, char **argument)
{
	char *self = (char *)getauxval(AT_EXECFN);
	struct rlimit stack = { 512 << 10, 8 << 20 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!strcmp(argument[0], "again"))
		return again(count, argument);
	run(self, 1, 4095);
	run(self, 1, 4096);
	run(self, 3, 70000);
	run(self, 1, 131071);
	run(self, 1, 131072);
	run(self, 5000, 10);
	run(self, 0, 10);
	DO(setrlimit(RLIMIT_STACK, &stack));
	run(self, 20, 5000);
	run(self, 40, 5000);
	return 0;
}
