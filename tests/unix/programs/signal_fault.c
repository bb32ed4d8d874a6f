/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults and exceptions as signals: code, address, and going on behind them. */
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <ucontext.h>
#include "show.h"

static sigjmp_buf back;
static char *base;

/* Whether a page was there that could not be used so is the system's own affair: bit 0. */
static void
tell(int number, siginfo_t *info, void *context)
{
	const greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
	char *at = info->si_addr;
	int known = info->si_code != SI_KERNEL;

	printf("signal %d code %d, trap %d error %#llx", number, info->si_code, (int)r[REG_TRAPNO], r[REG_ERR] & ~1ll);
	if (known && at == (char *)r[REG_RIP])
		printf(", at the instruction");
	else if (known && base && at >= base && at < base + 16384)
		printf(", at base + %ld", (long)(at - base));
	else
		printf(", at %p", at);
	printf("\n");
	siglongjmp(back, 1);
}

#define TRY_TO(what) do { printf("%s: ", #what); if (!sigsetjmp(back, 1)) { what; printf("nothing\n"); } } while (0)

static void
deadly(const char *what, void (*act)(void))
{
	int status;

	if (fork() == 0) {
		signal(SIGSEGV, SIG_DFL);
		signal(SIGILL, SIG_DFL);
		act();
		_exit(0);
	}
	wait(&status);
	printf("%s: %#x\n", what, status);
}

static void touch(void) { *(volatile char *)base = 1; }
static void undefined(void) { __asm__ volatile("ud2"); }

static void
ignored(void)
{
	signal(SIGSEGV, SIG_IGN);
	*(volatile char *)8 = 1;
}

static void
masked(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	*(volatile char *)8 = 1;
}

int
main(void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };
	struct sigaction a = { .sa_sigaction = tell, .sa_flags = SA_SIGINFO };
	struct rlimit none = { 0, 0 };
	int fd = (int)DO(open("f", O_RDWR | O_CREAT, 0644));

	setvbuf(stdout, NULL, _IOLBF, 0);
	DO(setrlimit(RLIMIT_CORE, &none));
	for (unsigned i = 0; i < 5; i++)
		DO(sigaction(numbers[i], &a, NULL));
	DO(ftruncate(fd, 4096));
	base = mmap(NULL, 16384, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	DO((long)mmap(base + 4096, 8192, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0));
	DO(munmap(base + 12288, 4096));
	TRY_TO(*(volatile char *)8);
	TRY_TO(*(volatile char *)(base + 5));
	TRY_TO(*(volatile char *)(base + 5) = 1);
	TRY_TO(*(volatile char *)(base + 4096) = 1);
	TRY_TO(*(volatile char *)(base + 8192 + 7));
	TRY_TO(*(volatile char *)(base + 12288));
	TRY_TO(*(volatile char *)0x8000000000000000);
	TRY_TO(((void (*)(void))(base + 4096))());
	TRY_TO(__asm__ volatile("ud2"));
	TRY_TO(__asm__ volatile("xor %%edx, %%edx; xor %%ecx, %%ecx; div %%ecx" : : : "rax", "rcx", "rdx"));
	TRY_TO(__asm__ volatile("hlt"));
	TRY_TO(__asm__ volatile("int3"));
	deadly("touch", touch);
	deadly("undefined", undefined);
	deadly("ignored", ignored);
	deadly("masked", masked);
	return 0;
}
