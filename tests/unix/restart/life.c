/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes on while the Unix server is killed: processes that wait in several ways, and others that fork, execute programs, write and remove files without end. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAITERS		40
#define WORKERS		4

static void
show(const char *path, const char *begin)
{
	char line[200];
	FILE *file = fopen(path, "re");

	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, begin, strlen(begin)))
			printf("a life: %s", line);
	}
	fclose(file);
}

/* Never told anything: reading a pipe, a socket; asleep; waiting for a child. */
static void
waiter(int i, const int pipes[2], const int sockets[2])
{
	char c;

	if (i % 4 == 0)
		(void)!read(pipes[0], &c, 1);
	else if (i % 4 == 1)
		recv(sockets[0], &c, 1, 0);
	else if (i % 4 == 2 || fork() == 0)
		sleep(1000);
	else
		wait(NULL);
	_exit(0);
}

static void
file_use(int i)
{
	char name[20];
	char *at;

	snprintf(name, sizeof(name), "/tmp/life%d", i);
	int fd = open(name, O_CREAT | O_RDWR, 0600);
	if (ftruncate(fd, 65536))
		_exit(1);
	at = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	memset(at, i, 65536);
	munmap(at, 65536);
	close(fd);
	unlink(name);
}

static void
worker(int i)
{
	for (;;) {
		if (fork() == 0) {
			execl("/life", "life", "at once", NULL);
			_exit(1);
		}
		file_use(i);
		wait(NULL);
	}
}

int
main(int count, char **argument)
{
	int pipes[2], sockets[2];

	if (count > 1)
		return 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
	show("/proc/meminfo", "MemFree:");
	show("/proc/slabinfo", "");
	if (pipe(pipes) | socketpair(AF_UNIX, SOCK_STREAM, 0, sockets))
		return 1;
	for (int i = 0; i < WAITERS; i++) {
		if (fork() == 0)
			waiter(i, pipes, sockets);
	}
	for (int i = 0; i < WORKERS; i++) {
		if (fork() == 0)
			worker(i);
	}
	printf("is busy\n");
	for (;;)
		pause();
}
