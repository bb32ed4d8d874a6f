/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a program can do to a protected server with all that its environment has: its memory, the door, the page where the kernel saves, and every call of the kernel, since it can
 * jump to a `syscall' of its library.  Each attack is a process of its own; its parent goes on, kills who is left, and says how each ended.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <exo/calls.h>
#include <exo/upcall.h>
#include <janus/layout.h>
#include <unix/machine.h>

#define PATIENCE_US	20000
#define NOT_POSSIBLE	99
#define DOOR_BYTES	4096
#define SERVER_NAME	(*(volatile uint64_t *)(UNIX_AREAS + 4 * SAVE_BYTES))

static jmp_buf back;

static void
illegal(int number)
{
	longjmp(back, 1);
}

static uint64_t
kernel(uint64_t call, uint64_t first, uint64_t second, uint64_t third, uint64_t fourth)
{
	register uint64_t r10 __asm__("r10") = fourth;

	__asm__ volatile("syscall" : "+a"(call), "+D"(first), "+S"(second), "+d"(third), "+r"(r10) : : "rcx", "r11", "r8", "r9", "rbx", "rbp", "r12", "r13", "r14", "r15", "memory");
	return call;
}

/* All of the program is library from now on: its calls are the kernel's.  Behind the library's first `syscall' something fails, which is told as SIGILL. */
static void
become_library(void)
{
	static const uint8_t *code = (const uint8_t *)UNIX_STUB;

	signal(SIGILL, illegal);
	while (code[0] != 0x0f || code[1] != 0x05)
		code++;
	if (!setjmp(back))
		__asm__ volatile("jmp *%0" : : "r"(code), "a"(CALL_LIBRARY), "D"(0ul), "S"(USER_END));
	if (kernel(CALL_NULL, ~0ul, 0, 0, 0))	/* as Linux's: a read of no descriptor */
		_exit(NOT_POSSIBLE);
}

static void
forever(void)
{
	for (;;)
		__asm__ volatile("pause");
}

/* --- attacks ------------------------------------------------------------------------------------------------------------------------------ */

static void
write_arena(void)
{
	*(volatile uint64_t *)UNIX_ARENA = 1;
}

static void
read_arena(void)
{
	(void)*(volatile uint64_t *)UNIX_ARENA;
}

static void
write_domain(void)
{
	*(volatile uint64_t *)UNIX_DOMAIN = 1;
}

static void
write_library(void)
{
	*(volatile uint64_t *)UNIX_STUB = 1;
}

/* What is in the door when the server looks is what the program's side has put there: registers anew, and the rest when its slice ends. */
static void
fill_door(void)
{
	for (uint64_t word = 0x0101010101010101; ; word = word * 0x9e3779b97f4a7c15 + 1) {
		for (volatile uint64_t *at = (volatile uint64_t *)UNIX_DOOR; at < (volatile uint64_t *)(UNIX_DOOR + DOOR_BYTES); at++)
			*at = word;
	}
}

/* Whatever the kernel would tell it, it cannot. */
static void
be_busy(void)
{
	for (int i = 0; i < 4; i++)
		((struct save_area *)UNIX_AREAS)[i].busy = 1;
	forever();
}

static void
lose_areas(void)
{
	become_library();
	kernel(CALL_UNBIND, UNIX_AREAS, 1, 0, 0);
	forever();
}

static void
lose_door(void)
{
	become_library();
	kernel(CALL_UNBIND, UNIX_DOOR, 1, 0, 0);
	forever();
}

/* It is not told of slices' ends. */
static void
ask_for_nothing(void)
{
	become_library();
	kernel(CALL_INTERRUPT_CONTEXT, 0, 0, 0, 0);
	forever();
}

static void
leave(void)
{
	become_library();
	kernel(CALL_PARK, 0, 0, 0, 0);
	forever();
}

static void
end(void)
{
	become_library();
	kernel(CALL_THREAD_EXIT, 0, 0, 0, 0);
}

static void
wait_for_ever(void)
{
	become_library();
	kernel(CALL_WAIT, 0, 0, ~0ul, 0);
	forever();
}

/* The server runs without anything in the door; it cannot be entered in another way. */
static void
yield_again_and_again(void)
{
	become_library();
	for (;;) {
		kernel(CALL_YIELD_TO, SERVER_NAME, 0, 0, 0);
		kernel(CALL_TRANSFER, SERVER_NAME, 0, 0, 0);
		kernel(CALL_TRANSFER_LATER, SERVER_NAME, 1, 2, 3);
	}
}

/* Calls with whatever is in the registers: none can reach what it has no capability to. */
static void
call_anything(void)
{
	become_library();
	for (uint64_t seed = 1; ; seed = seed * 6364136223846793005ul + 1442695040888963407ul) {
		uint64_t call = (seed >> 33) % CALL_COUNT;
		if (call != CALL_LOG_WRITE && call != CALL_THREAD_EXIT && call != CALL_PARK && call != CALL_WAIT)
			kernel(call, seed >> 40, seed >> 20, UNIX_WINDOW + (seed >> 50), seed & 7);
	}
}

static const struct attack {
	const char *name;
	void (*run)(void);
} attacks[] = {
	{ "write_arena", write_arena }, { "read_arena", read_arena }, { "write_domain", write_domain }, { "write_library", write_library },
	{ "fill_door", fill_door }, { "be_busy", be_busy }, { "lose_areas", lose_areas }, { "lose_door", lose_door }, { "ask_for_nothing", ask_for_nothing },
	{ "leave", leave }, { "end", end }, { "wait_for_ever", wait_for_ever }, { "yield_again_and_again", yield_again_and_again },
	{ "call_anything", call_anything },
};

/* --- the parent --------------------------------------------------------------------------------------------------------------------------- */

/* Others go on: a child does something with files, pipes and memory. */
static int
others_go_on(void)
{
	char text[8] = "";
	int two[2], status = -1;

	if (pipe(two))
		return 0;
	pid_t child = fork();
	if (child == 0)
		_exit(write(two[1], "alive", 5) == 5 ? 7 : 1);
	close(two[1]);
	ssize_t n = read(two[0], text, sizeof(text));
	close(two[0]);
	return n == 5 && !strcmp(text, "alive") && waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7;
}

static void
attacked(const struct attack *a)
{
	int status = -1, killed = 0;
	pid_t child = fork();

	if (child == 0) {
		a->run();
		_exit(0);
	}
	usleep(PATIENCE_US);
	int going = others_go_on();
	if (waitpid(child, &status, WNOHANG) != child) {
		kill(child, SIGKILL);
		killed = waitpid(child, &status, 0) == child;
	}
	printf("%s: %s %d, others %s\n", a->name, killed ? "killed," : WIFSIGNALED(status) ? "signal" : "exit", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		going && others_go_on() ? "go on" : "do not");
	fflush(stdout);
}

int
main(void)
{
	for (unsigned i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++)
		attacked(&attacks[i]);
	printf("done\n");
	return 0;
}
