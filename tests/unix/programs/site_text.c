/* SPDX-License-Identifier: BSD-2-Clause */
/* A program's text around calls at sites: not to be written, the file and other processes have theirs, and code that is written is executed as it was written. */
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include "show.h"
#include "site.h"

SITE(ask_self, 39);		/* getpid, behind which these bytes find it in the file */
__asm__(".text; .ascii \"the site of site_text\"");
SITE(ask_parent, 110);		/* getppid */

static sigjmp_buf out;
static volatile int code;

static void
fault(int number, siginfo_t *info, void *context)
{
	code = info->si_code;
	siglongjmp(out, 1);
}

static void
try_write(const char *what, volatile char *at)
{
	code = 0;
	if (!sigsetjmp(out, 1))
		*at = 0x11;
	printf("%s: %s\n", what, code == SEGV_ACCERR ? "not to be written" : code ? "another fault" : "written");
}

static void
show_in_file(void)
{
	int fd = (int)DO(open("/proc/self/exe", O_RDONLY));
	struct stat s;

	DO(fstat(fd, &s));
	const unsigned char *file = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0), *mark = memmem(file, (size_t)s.st_size, "the site of site", 16);
	while (mark > file && mark[-1] != 0xb8)
		mark--;
	printf("in the file: %02x %02x %02x %02x %02x %02x %02x\n", mark[-1], mark[0], mark[1], mark[2], mark[3], mark[4], mark[5]);
	munmap((void *)file, (size_t)s.st_size);
	close(fd);
}

static void
other_process(void)
{
	int go[2];
	char c;

	DO(pipe(go));
	fflush(stdout);
	pid_t pid = (pid_t)DO(fork());
	if (!pid) {
		DO(read(go[0], &c, 1));
		_exit(*(const volatile unsigned char *)ask_parent);
	}
	for (int i = 0; i < 4; i++)
		ask_parent(0, 0, 0);
	DO(write(go[1], "x", 1));
	int status;
	DO(waitpid(pid, &status, 0));
	printf("a process from before has there: %02x\n", WEXITSTATUS(status));
}

/* The program changes its text by itself, whole instructions: as files, and as memory without one. */
static void
write_over(void)
{
	static const unsigned char user[] = { 0xb8, 102, 0, 0, 0, 0x0f, 0x05, 0xc3 };
	char *page = (char *)((uintptr_t)ask_self & -4096ul), *made = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	DO(mprotect(page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC));
	for (int i = 0; i < 3; i++) {
		memcpy((void *)ask_self, user, sizeof(user));
		printf("getuid in its place: %ld\n", ask_self(0, 0, 0));
	}
	DO(mprotect(page, 8192, PROT_READ | PROT_EXEC));
	for (int number = 102; number < 105; number += 2) {
		DO(mprotect(made, 4096, PROT_READ | PROT_WRITE));
		memcpy(made, user, sizeof(user));
		made[1] = (char)number;
		DO(mprotect(made, 4096, PROT_READ | PROT_EXEC));
		for (int i = 0; i < 3; i++)
			printf("made: %ld\n", ((long (*)(void))made)());
	}
}

int
main(void)
{
	struct sigaction action = { .sa_sigaction = fault, .sa_flags = SA_SIGINFO };

	DO(sigaction(SIGSEGV, &action, NULL));
	show_in_file();
	try_write("before", (char *)ask_self);
	for (int i = 0; i < 4; i++)
		printf("getpid: %d\n", ask_self(0, 0, 0) == getpid());
	try_write("after", (char *)ask_self);
	try_write("after, at the syscall", ask_self_behind_mov);
	show_in_file();
	other_process();
	write_over();
	return 0;
}
