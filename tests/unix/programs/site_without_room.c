/* SPDX-License-Identifier: BSD-2-Clause */
/* More sites than a system that makes something of each may have room for.  Last of its area by its name, so that others find room. */
#include "show.h"

/* 9,000 calls of getpid; the sum of what they gave. */
long calls(void);
__asm__(".text; .globl calls; calls: push %rbx; xor %ebx, %ebx; .rept 9000; mov $39, %eax; syscall; add %rax, %rbx; .endr; mov %rbx, %rax; pop %rbx; ret");

int
main(void)
{
	for (int i = 0; i < 3; i++)
		printf("%d\n", calls() == 9000l * getpid());
	pid_t pid = fork();
	if (!pid)
		_exit(calls() == 9000l * getpid() ? 3 : 4);
	int status;
	DO(waitpid(pid, &status, 0));
	printf("%#x\n", status);
	return 0;
}
