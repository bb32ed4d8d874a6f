/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc of this process: links, names, what cannot be done there. */
#include <dirent.h>
#include "show.h"

static void
link_of(const char *path)
{
	char text[300], here[200];
	ssize_t length = readlink(path, text, sizeof(text) - 1);

	if (length < 0) {
		printf("%s: %s\n", path, strerror(errno));
		return;
	}
	text[length] = 0;
	DO(getcwd(here, sizeof(here)) ? 0 : -1);
	if (!strncmp(text, here, strlen(here)))
		printf("%s: here%s\n", path, text + strlen(here));
	else if (strchr(text, '['))
		printf("%s: %.*s\n", path, (int)strcspn(text, "["), text);
	else
		printf("%s: ...%s\n", path, strrchr(text, '/') ? strrchr(text, '/') : "");
}

/* The first fields of a line that begins so. */
static void
line_of(const char *path, const char *begin)
{
	char line[500];
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, begin, strlen(begin)))
			printf("%s: %s", path, line);
	}
	if (f)
		fclose(f);
}

int
main(int count, char **arguments)
{
	char text[200], name[40];
	int pipes[2], fd = (int)DO(open("f", O_CREAT | O_RDWR, 0644)), pid = 0;
	FILE *f;

	DO(write(fd, "content", 7));
	DO(pipe(pipes));
	DO(readlink("/proc/self", text, sizeof(text)));
	printf("self: %d\n", atoi(text) == getpid());
	link_of("/proc/self/exe");
	link_of("/proc/self/cwd");
	link_of("/proc/self/root");
	link_of("/proc/self/fd/0");
	link_of("/proc/self/fd/3");
	link_of("/proc/self/fd/4");
	link_of("/proc/self/fd/99");
	link_of("/proc/self/fd/x");
	link_of("/proc/self/stat");
	show_file("/proc/self/comm");
	show_file("/proc/self/cmdline");
	show_file("/proc/self/fd/3");
	show_file("/dev/fd/3");
	DO(unlink("f"));
	link_of("/proc/self/fd/3");
	show_file("/proc/self/fd/3");
	SHOW(write(pipes[1], "through", 7));
	SHOW(open("/proc/self/fd/4", O_RDONLY | O_NONBLOCK));
	show_rest(6);
	f = fopen("/proc/self/stat", "r");
	printf("%d fields", fscanf(f, "%d (%39[^)])", &pid, name));
	printf(" %d %s\n", pid == getpid(), name);
	fclose(f);
	line_of("/proc/self/status", "Name:");
	line_of("/proc/self/status", "Umask:");
	line_of("/proc/self/status", "Uid:");
	line_of("/proc/self/status", "Threads:");
	line_of("/proc/filesystems", "nodev\ttmpfs");
	line_of("/proc/mounts", "proc /proc proc rw\n");
	line_of("/proc/sys/kernel/ostype", "");
	SHOW(open("/proc/self/nothing", O_RDONLY));
	SHOW(open("/proc/0", O_RDONLY));
	SHOW(open("/proc/new", O_CREAT | O_WRONLY, 0644));
	SHOW(mkdir("/proc/new", 0755));
	SHOW(unlink("/proc/version"));
	SHOW(rmdir("/proc/self/fd"));
	SHOW(rename("/proc/version", "x"));
	SHOW(link("/proc/version", "x"));
	SHOW(open("/proc/self/fd", O_WRONLY));
	SHOW(chdir("/proc/self/fd"));
	SHOW(access("../exe", X_OK));
	SHOW(access("../../version", R_OK));
	SHOW(opendir(".") != NULL);
	return 0;
}
