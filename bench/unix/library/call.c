/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A C library's system call as an IPC to who serves it (<unix/direct.h>): in place of `syscall`, with the same registers; all but those that functions keep are lost.
 *
 * The message has the words of a foreign call: rdi rsi r10 r8 r9 are in their places, rbx is the number, rbp what was in rdx, r12 and r13 where to go on and with which stack.
 * The answer has its words, too: which registers are set, rax, and for a signal's handler or a call that begins anew rip and rsp.  What the kernel does with them for a foreign
 * thread is done here.
 */
#include <stdint.h>
#include <sys/syscall.h>
#include <janus/registers.h>
#include <l4/calls.h>
#include <unix/direct.h>

__attribute__((visibility("hidden"))) unsigned __janus_slot;

__attribute__((visibility("hidden"), naked)) void
__janus_call(void)
{
	__asm__ volatile(
		"\tmov\t__janus_slot(%%rip), %%r11d\n"
		"\ttest\t%%r11d, %%r11d\n"
		"\tjz\t.Lplain\n"
		"\tpush\t%%rbx\n"
		"\tpush\t%%rbp\n"
		"\tpush\t%%r12\n"
		"\tpush\t%%r13\n"
		"\tpush\t%%r14\n"
		"\tpush\t%%r15\n"
		"\tpush\t%%rdi\n"
		"\tpush\t%%rsi\n"
		"\tpush\t%%rdx\n"
		"\tpush\t%%r10\n"
		"\tpush\t%%r8\n"
		"\tpush\t%%r9\n"
		"\tpush\t%%rax\n"
		".Lsend:\tmov\t%%rax, %%rbx\n"
		"\tmov\t%%rdx, %%rbp\n"
		"\tlea\t.Linterrupted(%%rip), %%r12\n"
		"\tmov\t%%rsp, %%r13\n"
		"\tmov\t$0x202, %%r14d\n"	/* flags, as any program has them */
		"\tmov\t%[call], %%eax\n"
		"\tmov\t%%r11d, %%edx\n"
		"\tsyscall\n"
		"\ttest\t%%eax, %%eax\n"
		"\tjnz\t.Lrefused\n"
		"\tmov\t%%rsi, %%rax\n"
		"\tcmp\t%[rax], %%edi\n"
		"\tjne\t.Lelsewhere\n"
		".Ldone:\tadd\t$56, %%rsp\n"
		"\tpop\t%%r15\n"
		"\tpop\t%%r14\n"
		"\tpop\t%%r13\n"
		"\tpop\t%%r12\n"
		"\tpop\t%%rbp\n"
		"\tpop\t%%rbx\n"
		"\tret\n"
		/* To a handler, or two bytes before `interrupted'. */
		".Lelsewhere:\n"
		"\ttest\t%[rsp], %%edi\n"
		"\tcmovnz\t%%rbx, %%rsp\n"
		"\ttest\t%[rip], %%edi\n"
		"\tjz\t.Ldone\n"
		"\tjmp\t*%%r8\n"
		/* Where the program is while it is in the call: rax is what comes of it.  As behind a `syscall', two bytes before it is the way to begin it anew, with the number in rax. */
		"\t.byte\t0xeb, .Lagain - .Linterrupted\n"
		".Linterrupted:\n"
		"\tjmp\t.Ldone\n"
		".Lagain:\tmov\t%%rax, (%%rsp)\n"
		"\tmov\t__janus_slot(%%rip), %%r11d\n"
		"\ttest\t%%r11d, %%r11d\n"
		"\tjz\t.Lrefused\n"
		"\tmov\t8(%%rsp), %%r9\n"
		"\tmov\t16(%%rsp), %%r8\n"
		"\tmov\t24(%%rsp), %%r10\n"
		"\tmov\t32(%%rsp), %%rdx\n"
		"\tmov\t40(%%rsp), %%rsi\n"
		"\tmov\t48(%%rsp), %%rdi\n"
		"\tjmp\t.Lsend\n"
		/* The slot has been emptied: as who does not know of it. */
		".Lrefused:\n"
		"\tpop\t%%rax\n"
		"\tpop\t%%r9\n"
		"\tpop\t%%r8\n"
		"\tpop\t%%r10\n"
		"\tpop\t%%rdx\n"
		"\tpop\t%%rsi\n"
		"\tpop\t%%rdi\n"
		"\tpop\t%%r15\n"
		"\tpop\t%%r14\n"
		"\tpop\t%%r13\n"
		"\tpop\t%%r12\n"
		"\tpop\t%%rbp\n"
		"\tpop\t%%rbx\n"
		".Lplain:\tsyscall\n"
		"\tret\n"
		: : [rax] "i"(REGISTERS_RAX), [rsp] "i"(REGISTERS_RSP), [rip] "i"(REGISTERS_RIP), [call] "i"(CALL_IPC_CALL));
}

/* Before main.  Where nobody knows what it asks for, it has no slot, and its calls are `syscall` instructions. */
__attribute__((constructor)) static void
begin(void)
{
	long number = SYS_prctl, what = PR_JANUS_DIRECT;

	__asm__ volatile("syscall" : "+a"(number) : "D"(what), "S"(&__janus_slot) : "rcx", "r11", "memory");
}
