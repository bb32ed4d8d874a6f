/* SPDX-License-Identifier: BSD-2-Clause */
/* `#!': what the interpreter is given. */
#include <sys/auxv.h>
#include "show.h"

static void
script(const char *name, const char *self, const char *rest, const char *end)
{
	char text[600], *list[] = { "zero", "one", "two", NULL }, *none[] = { NULL }, path[50];
	int status;

	snprintf(text, sizeof(text), "#!%s%s%s", self, rest, end);
	put_file(name, text);
	chmod(name, 0755);
	snprintf(path, sizeof(path), "./%s", name);
	printf("-- %s\n", name);
	if (fork() == 0) {
		execve(path, list, none);
		printf("%s\n", strerror(errno));
		_exit(1);
	}
	wait(&status);
	unlink(name);
}

int
main(int count, char **argument)
{
	char link[] = "i", name[20], target[20];
	const char *self = (char *)getauxval(AT_EXECFN);

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (count > 1) {
		for (int i = 1; i < count; i++)
			printf("[%s]\n", argument[i]);
		return 0;
	}
	DO(symlink(self, link));
	script("plain", "./i", "", "\n");
	script("no-end", "./i", "", "");
	script("argument", "./i", " -x", "\n");
	script("blanks", "  \t./i", "  \t-a b  c \t ", "\nmore\n");
	script("carriage", "./i", " x\r", "\n");
	for (int i = 0; i < 7; i++) {
		char text[50];
		snprintf(name, sizeof(name), "s%d", i);
		snprintf(target, sizeof(target), i ? "./s%d" : "./i", i - 1);
		snprintf(text, sizeof(text), "#!%s\n", target);
		put_file(name, text);
		chmod(name, 0755);
	}
	for (int i = 3; i < 7; i++) {
		char path[30], *list[] = { "zero", NULL }, *none[] = { NULL };
		snprintf(path, sizeof(path), "./s%d", i);
		printf("-- depth %d\n", i + 1);
		if (fork() == 0) {
			execve(path, list, none);
			printf("%s\n", strerror(errno));
			_exit(1);
		}
		wait(NULL);
	}
	char lots[500];
	memset(lots, 'y', sizeof(lots));
	lots[0] = ' ';
	lots[300] = 0;
	script("long-argument", "./i", lots, "\n");
	lots[0] = '/';
	script("long-name", ".", lots, "\n");
	DO(unlink(link));
	return 0;
}
