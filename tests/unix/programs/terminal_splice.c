/* SPDX-License-Identifier: BSD-2-Clause */
/* splice, tee, vmsplice: between pipes, files and sockets; how much at once, whom they wait for, and what is refused. */
#include <signal.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include "show.h"

#define PAGE 4096

static int one[2], two[2];

static void
pipes(void)
{
	DO(pipe(one));
	DO(pipe(two));
}

static void
pipes_end(void)
{
	for (int i = 0; i < 2; i++) {
		close(one[i]);
		close(two[i]);
	}
}

static void
files(void)
{
	int in = (int)DO(open("in", O_CREAT | O_RDWR, 0600)), out = (int)DO(open("out", O_CREAT | O_RDWR, 0600));
	loff_t from = 3, to = 100;

	DO(write(in, "0123456789abcdef", 16));
	SHOW(splice(in, &from, one[1], NULL, 5, 0));
	printf("from %ld, place %ld\n", (long)from, (long)lseek(in, 0, SEEK_CUR));
	SHOW(splice(one[0], NULL, out, &to, 100, 0));
	printf("to %ld, place %ld\n", (long)to, (long)lseek(out, 0, SEEK_CUR));
	SHOW(splice(in, NULL, one[1], NULL, 10, 0));
	DO(lseek(in, 10, SEEK_SET));
	SHOW(splice(in, NULL, one[1], NULL, 10, SPLICE_F_MOVE | SPLICE_F_MORE));
	SHOW(splice(one[0], NULL, out, NULL, 4, 0));
	SHOW(splice(one[0], NULL, out, NULL, 4, 0));
	printf("place %ld\n", (long)lseek(out, 0, SEEK_CUR));
	SHOW(splice(one[0], NULL, out, NULL, 4, SPLICE_F_NONBLOCK));
	int appends = (int)DO(open("out", O_WRONLY | O_APPEND));
	SHOW(splice(one[0], NULL, appends, NULL, 4, 0));
	SHOW(splice(in, NULL, out, NULL, 4, 0));
	from = -1;
	SHOW(splice(in, &from, one[1], NULL, 4, 0));
	close(appends);
	close(in);
	close(out);
	show_file("out");
}

static void
between_pipes(void)
{
	DO(write(one[1], "abcdefghij", 10));
	SHOW(tee(one[0], two[1], 4, 0));
	SHOW(tee(one[0], two[1], 100, SPLICE_F_NONBLOCK));
	show_rest(two[0]);
	SHOW(splice(one[0], NULL, two[1], NULL, 3, 0));
	show_rest(two[0]);
	SHOW(splice(one[0], NULL, two[1], NULL, 100, 0));
	show_rest(two[0]);
	SHOW(splice(one[0], NULL, two[1], NULL, 100, SPLICE_F_NONBLOCK));
	SHOW(tee(one[0], two[1], 100, SPLICE_F_NONBLOCK));
	SHOW(tee(one[0], two[1], 0, 0));
	SHOW(splice(one[0], NULL, two[1], NULL, 0, 0));
}

static void
large(void)
{
	static char text[40 * PAGE];
	long sum = 0, got;
	int in;

	for (unsigned i = 0; i < sizeof(text); i++)
		text[i] = (char)(i * 7 + i / 251);
	in = (int)DO(open("large", O_CREAT | O_RDWR, 0600));
	DO(write(in, text, sizeof(text)));
	DO(lseek(in, 0, SEEK_SET));
	SHOW(splice(in, NULL, one[1], NULL, sizeof(text), SPLICE_F_NONBLOCK));
	SHOW(splice(in, NULL, one[1], NULL, sizeof(text), SPLICE_F_NONBLOCK));
	SHOW(tee(one[0], two[1], sizeof(text), 0));
	while ((got = read(two[0], text, PAGE)) > 0 && (sum += got) < 65536)
		;
	printf("%ld, of them right: %d\n", sum, text[PAGE - 1] == (char)((65535u) * 7 + 65535u / 251));
	close(in);
}

/* A child takes and gives meanwhile. */
static void
waits(void)
{
	char byte;
	int status;

	if (fork() == 0) {
		usleep(20000);
		DO(write(one[1], "late", 4));
		usleep(20000);
		close(one[1]);
		_exit(0);
	}
	close(one[1]);
	SHOW(splice(one[0], NULL, two[1], NULL, 100, 0));
	show_rest(two[0]);
	SHOW(splice(one[0], NULL, two[1], NULL, 100, 0));
	SHOW(tee(one[0], two[1], 100, 0));
	DO(wait(&status));
	DO(fcntl(two[1], F_SETPIPE_SZ, PAGE));
	static char page[PAGE];
	DO(write(two[1], page, PAGE));
	pipe(one);
	DO(write(one[1], "abc", 3));
	SHOW(splice(one[0], NULL, two[1], NULL, 3, SPLICE_F_NONBLOCK));
	if (fork() == 0) {
		usleep(20000);
		for (int i = 0; i < PAGE; i++)
			DO(read(two[0], &byte, 1));
		_exit(0);
	}
	SHOW(splice(one[0], NULL, two[1], NULL, 3, 0));
	DO(wait(&status));
	show_rest(two[0]);
}

static volatile int signals;

static void
handler(int number)
{
	signals++;
}

static void
interrupted(void)
{
	struct sigaction a = { .sa_handler = handler };
	pid_t parent = getpid();
	int status;

	sigaction(SIGUSR1, &a, NULL);
	signal(SIGPIPE, handler);
	if (fork() == 0) {
		usleep(20000);
		kill(parent, SIGUSR1);
		_exit(0);
	}
	SHOW(splice(one[0], NULL, two[1], NULL, 3, 0));
	DO(wait(&status));
	DO(write(one[1], "abc", 3));
	close(two[0]);
	SHOW(splice(one[0], NULL, two[1], NULL, 3, 0));
	SHOW(tee(one[0], two[1], 3, 0));
	printf("signals: %d\n", signals);
	show_rest(one[0]);
}

static void
sockets(void)
{
	int pair[2];

	DO(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	DO(write(one[1], "to a socket", 11));
	SHOW(splice(one[0], NULL, pair[0], NULL, 100, 0));
	show_rest(pair[1]);
	DO(write(pair[1], "from a socket", 13));
	SHOW(splice(pair[0], NULL, two[1], NULL, 100, 0));
	show_rest(two[0]);
	loff_t at = 0;
	SHOW(splice(pair[0], &at, two[1], NULL, 100, 0));
	DO(shutdown(pair[1], SHUT_WR));
	SHOW(splice(pair[0], NULL, two[1], NULL, 100, 0));
	close(pair[0]);
	close(pair[1]);
}

static void
memory(void)
{
	char a[] = "abc", b[] = "defgh", c[10] = "";
	struct iovec two_pieces[2] = { { a, 3 }, { b, 5 } }, one_piece = { c, 9 }, nothing = { c, 0 };
	static char text[20 * PAGE];
	struct iovec much = { text, sizeof(text) };

	SHOW(vmsplice(one[1], two_pieces, 2, 0));
	SHOW(vmsplice(one[0], &one_piece, 1, 0));
	printf("%s\n", c);
	SHOW(vmsplice(one[0], &one_piece, 1, SPLICE_F_NONBLOCK));
	SHOW(vmsplice(one[1], &nothing, 1, 0));
	SHOW(vmsplice(one[1], &much, 1, SPLICE_F_NONBLOCK) > 15 * PAGE);
	SHOW(vmsplice(one[1], &much, 1, SPLICE_F_NONBLOCK));
	SHOW(vmsplice(one[1], two_pieces, 2, 0x100));
	SHOW(vmsplice(99, two_pieces, 2, 0));
	SHOW(vmsplice(one[1], two_pieces, 2000, 0));
	int file = (int)DO(open("in", O_RDWR));
	SHOW(vmsplice(file, two_pieces, 2, 0));
	close(file);
}

static void
refused(void)
{
	int in = (int)DO(open("in", O_RDONLY)), out = (int)DO(open("out", O_WRONLY)), folder = (int)DO(open(".", O_RDONLY));
	loff_t at = 0;

	DO(write(one[1], "abc", 3));
	SHOW(splice(99, NULL, one[1], NULL, 3, 0));
	SHOW(splice(one[0], NULL, 99, NULL, 3, 0));
	SHOW(splice(one[1], NULL, two[1], NULL, 3, 0));
	SHOW(splice(one[0], NULL, two[0], NULL, 3, 0));
	SHOW(splice(one[0], &at, two[1], NULL, 3, 0));
	SHOW(splice(one[0], NULL, two[1], &at, 3, 0));
	SHOW(splice(one[0], NULL, one[1], NULL, 3, 0));
	SHOW(splice(one[0], NULL, in, NULL, 3, 0));
	SHOW(splice(out, NULL, one[1], NULL, 3, 0));
	SHOW(splice(folder, NULL, one[1], NULL, 3, 0));
	SHOW(splice(one[0], NULL, two[1], NULL, 3, 0x10));
	SHOW(splice(in, (loff_t *)8, one[1], NULL, 3, 0));
	SHOW(tee(one[0], one[1], 3, 0));
	SHOW(tee(in, one[1], 3, 0));
	SHOW(tee(one[0], out, 3, 0));
	SHOW(tee(99, one[1], 3, 0));
	SHOW(tee(one[1], two[1], 3, 0));
	SHOW(tee(one[0], two[1], 3, 0x10));
	close(in);
	close(out);
	close(folder);
}

int
main(void)
{
	static void (*const parts[])(void) = { files, between_pipes, large, waits, interrupted, sockets, memory, refused };

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		printf("--- %u\n", i);
		pipes();
		parts[i]();
		pipes_end();
	}
	return 0;
}
