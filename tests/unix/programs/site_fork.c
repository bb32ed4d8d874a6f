/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes and threads that are made by calls at sites, and call at the same sites; the program executes itself once. */
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include "show.h"
#include "site.h"

SITE(fork_it, 57);		/* fork */
SITE(ask_self, 39);		/* getpid */
SITE(ask_parent, 110);		/* getppid */
SITE(wait_it, 61);		/* wait4, without usage: r10 is what it is, and nobody looks where the second argument is 0 */

static int
waited(long pid)
{
	int status = -1;

	return waitpid((pid_t)pid, &status, 0) == pid ? status : -1;
}

static void
by_fork(void)
{
	long parent = ask_self(0, 0, 0), pid = fork_it(0, 0, 0);

	if (!pid)
		_exit(ask_parent(0, 0, 0) == parent && ask_self(0, 0, 0) != parent ? 21 : 22);
	printf("fork: %#x\n", waited(pid));
}

static void
by_vfork(void)
{
	long pid, word = 5;

	__asm__ volatile("mov $58, %%eax; syscall; test %%eax, %%eax; jnz 1f; movq $6, %[word]; mov $23, %%edi; mov $60, %%eax; syscall; 1:"
		: "=&a" (pid), [word] "+m" (word) : : "rcx", "r11", "rdi", "memory");
	printf("vfork: %#x, %ld\n", waited(pid), word);
}

/* A process with this memory and a stack of its own, on which it finds how to end. */
static void
by_clone(void)
{
	uint64_t *stack = (uint64_t *)((char *)mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + 65536);
	long pid, flags = CLONE_VM | SIGCHLD;

	*--stack = 24;
	__asm__ volatile("xor %%edx, %%edx; xor %%r10d, %%r10d; xor %%r8d, %%r8d; mov $56, %%eax; syscall; test %%eax, %%eax; jnz 1f; pop %%rdi; mov $60, %%eax; syscall; 1:"
		: "=&a" (pid) : "D" (flags), "S" (stack) : "rcx", "r11", "rdx", "r10", "r8", "memory");
	printf("clone: %#x\n", waited(pid));
}

int
main(int argc, char **argv)
{
	for (int i = 0; i < 3; i++) {
		by_fork();
		by_vfork();
		by_clone();
	}
	printf("no child: %ld\n", wait_it(-1, 0, 0));
	fflush(stdout);
	if (argc == 1)
		DO(execl("/proc/self/exe", argv[0], "again", NULL));
	return 0;
}
