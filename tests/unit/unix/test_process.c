/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes from the first one on: its stack, fork, execve, wait, signals and their frames, with and without memory. */
#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <cmocka.h>
#include <janus/kinds.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include <unix/unix.h>
#include "host.h"
#include "vdso/frame.h"
#include "vdso/image.h"

#define FRAMES	512
#define BASE	0x400000ul
#define P(pointer) ((uint64_t)(uintptr_t)(pointer))

static char archive[32768] __attribute__((aligned(8)));
static size_t archive_bytes;
static struct task *first;
static char stack[65536] __attribute__((aligned(64)));

/* --- a machine with one program ------------------------------------------------------------------------------------------------------- */

static void
archive_put(const char *name, unsigned mode, const void *content, size_t bytes)
{
	size_t length = strlen(name) + 1;

	archive_bytes += (size_t)sprintf(archive + archive_bytes, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", 1, mode, 0, 0, 1, 0, bytes, 0, 0, 0, 0, length, 0);
	memcpy(archive + archive_bytes, name, length);
	archive_bytes = (archive_bytes + length + 3) & ~3ul;
	memcpy(archive + archive_bytes, content, bytes);
	archive_bytes = (archive_bytes + bytes + 3) & ~3ul;
}

/* A segment of a page and a half, the half of it zeroes. */
static void
archive_make(void)
{
	struct { Elf64_Ehdr e; Elf64_Phdr p; char rest[UNIX_PAGE - sizeof(Elf64_Ehdr) - sizeof(Elf64_Phdr)]; } program = {
		.e = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT }, .e_type = ET_EXEC, .e_machine = EM_X86_64, .e_version = 1, .e_entry = BASE + 0x200,
			.e_phoff = sizeof(Elf64_Ehdr), .e_ehsize = sizeof(Elf64_Ehdr), .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 1 },
		.p = { .p_type = PT_LOAD, .p_flags = PF_R | PF_W | PF_X, .p_vaddr = BASE, .p_filesz = 0x800, .p_memsz = 0x1800, .p_align = UNIX_PAGE },
	};

	memset(program.rest, 0x77, sizeof(program.rest));
	memset(archive, 0, sizeof(archive));
	archive_bytes = 0;
	archive_put("program", 0100755, &program, sizeof(program));
	archive_put("script", 0100755, "#!/program one\n", 15);
	archive_put("text", 0100755, "text\n", 5);
	archive_put("data", 0100644, "text\n", 5);
	archive_put("TRAILER!!!", 0, "", 0);
}

static int
begin(void **state)
{
	static const char *const argument[] = { "/program", "a", "bc", NULL }, *const environment[] = { "E=1", NULL };

	archive_make();
	fake_machine(FRAMES);
	const struct unix_boot boot = { .archive = archive, .archive_bytes = archive_bytes, .argument = argument, .environment = environment };
	assert_int_equal(unix_begin(&boot), 0);
	first = shared->process.first->task;
	return 0;
}

static int
end(void **state)
{
	for (struct process *p = shared->process.first; p; p = p->next) {
		if (p->memory)
			memory_drop(p->memory);
	}
	fake_end();
	return 0;
}

static int64_t
call(struct task *t, uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	t->registers.rax = number;
	t->registers.rdi = a;
	t->registers.rsi = b;
	t->registers.rdx = c;
	t->registers.r10 = d;
	unix_call(t);
	return (int64_t)t->registers.rax;
}

static struct task *
fork_of(struct task *t)
{
	int64_t pid = call(t, SYS_fork, 0, 0, 0, 0);

	return pid > 0 ? task_find((int32_t)pid) : NULL;
}

static uint64_t
word_of(struct task *t, uint64_t address)
{
	page_t page;

	assert_int_equal(memory_page(t->process, address, RIGHT_READ, &page), 0);
	return *(uint64_t *)((char *)page_at(page) + address % UNIX_PAGE);
}

static const char *
text_of(struct task *t, uint64_t address)
{
	page_t page;

	assert_int_equal(memory_page(t->process, address, RIGHT_READ, &page), 0);
	return (char *)page_at(page) + address % UNIX_PAGE;
}

/* --- programs ----------------------------------------------------------------------------------------------------------------------------- */

static void
test_first_program_has_its_stack(void **state)
{
	uint64_t sp = first->registers.rsp;

	assert_int_equal(first->registers.rip, BASE + 0x200);
	assert_int_equal(sp % 16, 0);
	assert_int_equal(word_of(first, sp), 3);
	assert_string_equal(text_of(first, word_of(first, sp + 8)), "/program");
	assert_string_equal(text_of(first, word_of(first, sp + 24)), "bc");
	assert_int_equal(word_of(first, sp + 32), 0);
	assert_string_equal(text_of(first, word_of(first, sp + 40)), "E=1");
	assert_int_equal(word_of(first, sp + 48), 0);
	assert_int_equal(word_of(first, sp + 56), AT_SYSINFO_EHDR);
	assert_memory_equal(text_of(first, word_of(first, sp + 64)), ELFMAG, 4);
	assert_string_equal(first->name, "program");
	assert_int_equal(first->host.started, 1);
}

static void
test_segment_ends_in_zeroes(void **state)
{
	assert_int_equal(word_of(first, BASE + 0x7f8), 0x7777777777777777);
	assert_int_equal(word_of(first, BASE + 0x800), 0);
	assert_int_equal(word_of(first, BASE + 0x1000), 0);
}

static int64_t
execute(struct task *t, const char *path)
{
	static const char *const list[64] = { "zero", "x" };	/* words are copied together */

	return call(t, SYS_execve, P(path), P(list), 0, 0);
}

static void
test_script_is_given_to_its_interpreter(void **state)
{
	execute(first, "/script");
	uint64_t sp = first->registers.rsp;
	assert_int_equal(first->host.moved, 1);
	assert_int_equal(word_of(first, sp), 4);
	assert_string_equal(text_of(first, word_of(first, sp + 8)), "/program");
	assert_string_equal(text_of(first, word_of(first, sp + 16)), "one");
	assert_string_equal(text_of(first, word_of(first, sp + 24)), "/script");
	assert_string_equal(text_of(first, word_of(first, sp + 32)), "x");
	assert_string_equal(first->name, "script");
}

static void
test_what_is_no_program_is_refused(void **state)
{
	struct memory *m = first->process->memory;

	assert_int_equal(execute(first, "/nothing"), -ENOENT);
	assert_int_equal(execute(first, "/data"), -EACCES);
	assert_int_equal(execute(first, "/text"), -ENOEXEC);
	assert_ptr_equal(first->process->memory, m);
	assert_int_equal(first->host.moved, 0);
}

/* Whatever is missing: the old program is as it was, and nothing is lost. */
static void
test_execve_without_memory_changes_nothing(void **state)
{
	struct memory *m = first->process->memory;
	unsigned before = fake_pages, kept = 0;

	for (; !first->host.moved; kept++) {
		page_t hidden[FRAMES];
		unsigned count = 0;
		while (fake_pages > kept)
			hidden[count++] = host_page_take();
		int64_t result = execute(first, "/script");
		while (count)
			host_page_give(hidden[--count]);
		if (first->host.moved)
			break;
		assert_int_equal(result, -ENOMEM);
		assert_ptr_equal(first->process->memory, m);
		assert_int_equal(fake_pages, before);
	}
	assert_int_equal(kept, 4);		/* the table of strings, they, the segment's copy, the stack */
}

/* --- families ------------------------------------------------------------------------------------------------------------------------------- */

static void
test_child_is_waited_for(void **state)
{
	uint32_t processes = shared->list[ARENA_PROCESS].taken, tasks = shared->list[ARENA_TASK].taken;
	struct task *child = fork_of(first);
	int32_t pid = child->tid;
	int status = 0;

	assert_int_equal(child->registers.rax, 0);
	assert_int_equal(call(child, SYS_getppid, 0, 0, 0, 0), first->tid);
	assert_int_equal(call(first, SYS_wait4, (uint64_t)-1, P(&status), WNOHANG, 0), 0);
	call(child, SYS_exit_group, 7, 0, 0, 0);
	assert_non_null(process_find(pid));
	assert_int_equal(call(first, SYS_wait4, (uint64_t)-1, P(&status), 0, 0), pid);
	assert_int_equal(status, 7 << 8);
	assert_null(process_find(pid));
	assert_int_equal(shared->list[ARENA_PROCESS].taken, processes);
	assert_int_equal(shared->list[ARENA_TASK].taken, tasks);
	assert_int_equal(call(first, SYS_wait4, (uint64_t)-1, P(&status), 0, 0), -ECHILD);
}

static void
test_fork_without_memory_leaves_nothing(void **state)
{
	uint32_t processes = shared->list[ARENA_PROCESS].taken, files = shared->list[ARENA_FILES].taken, memories = shared->list[ARENA_MEMORY].taken;

	shared->list[ARENA_MEMORY].free = NULL;
	unsigned room = fake_shared;
	fake_shared = 0;
	assert_int_equal(call(first, SYS_fork, 0, 0, 0, 0), -EAGAIN);
	fake_shared = room;
	assert_int_equal(shared->list[ARENA_PROCESS].taken, processes);
	assert_int_equal(shared->list[ARENA_FILES].taken, files);
	assert_int_equal(shared->list[ARENA_MEMORY].taken, memories);
	assert_null(first->process->child);
}

static struct task *vforked;

static void
child_ends(struct task *t)
{
	vforked = t->process->child->task;
	assert_ptr_equal(vforked->process->memory, t->process->memory);
	call(vforked, SYS_exit, 3, 0, 0, 0);
}

static void
test_vfork_waits_for_the_child(void **state)
{
	fake_meanwhile = child_ends;
	assert_true(call(first, SYS_vfork, 0, 0, 0, 0) > 0);
	assert_non_null(vforked);
	assert_int_equal(first->process->memory->users, 1);
	assert_true(first->process->child->ended);
}

static void
test_orphans_are_nobodys_and_go_by_themselves(void **state)
{
	struct task *child = fork_of(first), *grandchild = fork_of(child);

	call(child, SYS_exit_group, 0, 0, 0, 0);
	assert_int_equal(call(grandchild, SYS_getppid, 0, 0, 0, 0), 1);
	int32_t pid = grandchild->tid;
	call(grandchild, SYS_exit_group, 0, 0, 0, 0);
	assert_null(process_find(pid));
}

static void
test_what_dies_is_given_up(void **state)
{
	struct task *child = fork_of(first);
	int status;

	unix_died(child);
	assert_int_equal(call(first, SYS_wait4, (uint64_t)-1, P(&status), 0, 0), child->tid);
	assert_int_equal(status, SIGKILL);
	call(first, SYS_exit_group, 5, 0, 0, 0);
	assert_int_equal(unix_ended(), 5 << 8);
}

/* --- signals --------------------------------------------------------------------------------------------------------------------------------- */

#define SA_RESTORER 0x04000000

static void
handle(struct task *t, int number, uint64_t flags)
{
	struct signal_action a = { .handler = 0x5000, .flags = flags | SA_RESTORER, .restorer = 0x6000, .mask = 1ul << (SIGUSR2 - 1) };

	assert_int_equal(call(t, SYS_rt_sigaction, (uint64_t)number, P(&a), 0, 8), 0);
}

static void
test_handler_and_back(void **state)
{
	uint64_t *frame;

	handle(first, SIGUSR1, SA_SIGINFO);
	first->registers.rsp = P(stack + sizeof(stack));
	first->registers.rip = 0x4444;
	first->registers.rbx = 0xbbbb;
	call(first, SYS_kill, (uint64_t)first->tid, SIGUSR1, 0, 0);
	frame = (uint64_t *)(uintptr_t)first->registers.rsp;
	assert_int_equal(P(frame) % 16, 8);
	assert_int_equal(frame[0], 0x6000);
	assert_int_equal(frame[FRAME_HANDLER / 8], 0x5000);
	assert_int_equal(frame[FRAME_REGISTERS / 8 + 16], 0x4444);
	assert_int_equal(((siginfo_t *)(frame + FRAME_INFO / 8))->si_signo, SIGUSR1);
	assert_int_equal(((siginfo_t *)(frame + FRAME_INFO / 8))->si_pid, first->tid);
	assert_int_equal(first->registers.rax, 0);	/* kill's result, which the vDSO puts into the frame with all others */
	assert_int_equal(first->set, REGISTERS_RAX | REGISTERS_RIP | REGISTERS_RSP);
	assert_int_equal(first->mask, 1ul << (SIGUSR1 - 1) | 1ul << (SIGUSR2 - 1));
	first->registers.rsp += 8;
	call(first, SYS_rt_sigreturn, 0, 0, 0, 0);
	assert_int_equal(first->mask, 0);
	assert_int_equal(first->registers.rsp, P(frame) + FRAME_REGISTERS);
	assert_int_equal(first->set, REGISTERS_RIP | REGISTERS_RSP);
	assert_int_equal(*(uint64_t *)(stack + sizeof(stack) - RED_ZONE - 8), 0x4444);
}

/* Where nothing can be written, and to step on, the registers come from the frame by a second rt_sigreturn. */
static void
test_way_back_without_a_stack(void **state)
{
	enum { RBX = FRAME_REGISTERS / 8 + 11, RSP = FRAME_REGISTERS / 8 + 15, RFLAGS = FRAME_REGISTERS / 8 + 17 };

	handle(first, SIGUSR1, SA_SIGINFO);
	for (int stepping = 0; stepping < 2; stepping++) {
		first->registers.rsp = P(stack + sizeof(stack));
		call(first, SYS_kill, (uint64_t)first->tid, SIGUSR1, 0, 0);
		uint64_t *frame = (uint64_t *)(uintptr_t)first->registers.rsp, to = stepping ? P(stack + sizeof(stack)) : 0x800;
		frame[RBX] = 0xbbbb;
		frame[RSP] = to;
		frame[RFLAGS] |= stepping ? 0x100 : 0;
		first->registers.rsp += 8;
		call(first, SYS_rt_sigreturn, 0, 0, 0, 0);
		assert_int_equal(first->registers.rsp, P(frame + 1));
		assert_int_equal(first->set, REGISTERS_RIP | REGISTERS_RSP);
		first->registers.rip = first->process->vdso + VDSO_SIGNAL_AGAIN_END;
		call(first, SYS_rt_sigreturn, 0, 0, 0, 0);
		assert_int_equal(first->registers.rbx, 0xbbbb);
		assert_int_equal(first->registers.rsp, to);
		assert_int_equal(first->set, REGISTERS_GENERAL | REGISTERS_RIP | REGISTERS_RFLAGS | REGISTERS_RSP);
	}
}

static void
test_no_stack_for_a_handler_is_deadly(void **state)
{
	struct task *child = fork_of(first);
	int status;

	handle(child, SIGUSR1, 0);
	child->registers.rsp = 0x800;
	call(child, SYS_kill, (uint64_t)child->tid, SIGUSR1, 0, 0);
	assert_int_equal(call(first, SYS_wait4, (uint64_t)-1, P(&status), 0, 0), child->tid);
	assert_int_equal(status, SIGSEGV);
}

static void
alarm_comes(struct task *t)
{
	fake_clock = fake_alarm;
	unix_alarmed();
}

static void
test_call_begins_anew_or_says_so(void **state)
{
	first->registers.rsp = P(stack + sizeof(stack));
	fake_meanwhile = alarm_comes;
	for (int restart = 0; restart < 2; restart++) {
		handle(first, SIGALRM, restart ? SA_RESTART : 0);
		call(first, SYS_alarm, 1, 0, 0, 0);
		fork_of(first);
		first->registers.rip = 0x4444;
		call(first, SYS_wait4, (uint64_t)-1, 0, 0, 0);
		uint64_t *frame = (uint64_t *)(uintptr_t)first->registers.rsp;
		assert_int_equal(frame[1 + 5 + 16], restart ? 0x4442 : 0x4444);
		assert_int_equal((int64_t)first->registers.rax, restart ? SYS_wait4 : -EINTR);
		first->mask = 0;
	}
}

static void
test_stopped_child_is_told_of(void **state)
{
	struct task *child = fork_of(first);
	int status;

	call(first, SYS_kill, (uint64_t)child->tid, SIGSTOP, 0, 0);
	assert_int_equal(child->host.interrupted, 1);
	fake_meanwhile = NULL;
	assert_true(child->signalled);
	call(first, SYS_kill, (uint64_t)child->tid, SIGCONT, 0, 0);
	assert_false(child->process->pending.set & 1ul << (SIGSTOP - 1));
	call(first, SYS_kill, (uint64_t)child->tid, SIGTERM, 0, 0);
	unix_interrupted(child);
	assert_int_equal(call(first, SYS_wait4, (uint64_t)-1, P(&status), 0, 0), child->tid);
	assert_int_equal(status, SIGTERM);
}

static void
test_fault_that_is_ignored_is_deadly_all_the_same(void **state)
{
	struct task *child = fork_of(first);
	struct signal_action ignored = { .handler = (uint64_t)SIG_IGN };
	int status;

	call(child, SYS_rt_sigaction, SIGSEGV, P(&ignored), 0, 8);
	unix_fault(child, 0x10, RIGHT_READ, false);
	assert_int_equal(call(first, SYS_wait4, (uint64_t)-1, P(&status), 0, 0), child->tid);
	assert_int_equal(status, SIGSEGV);
}

static void
test_signals_that_count_are_all_kept(void **state)
{
	struct signal_info info = { .code = -1 };
	sigset_t all;
	uint32_t kept = shared->list[ARENA_SIGNAL].taken;

	memset(&all, 0xff, sizeof(all));
	call(first, SYS_rt_sigprocmask, SIG_SETMASK, P(&all), 0, 8);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(call(first, SYS_rt_sigqueueinfo, (uint64_t)first->tid, 40, P(&info), 0), 0);
		assert_int_equal(call(first, SYS_rt_sigqueueinfo, (uint64_t)first->tid, SIGUSR1, P(&info), 0), 0);
	}
	assert_int_equal(shared->list[ARENA_SIGNAL].taken, kept + 4);
	unsigned room = fake_shared;
	fake_shared = 0;
	shared->list[ARENA_SIGNAL].free = NULL;
	assert_int_equal(call(first, SYS_rt_sigqueueinfo, (uint64_t)first->tid, 40, P(&info), 0), -EAGAIN);
	assert_int_equal(call(first, SYS_kill, (uint64_t)first->tid, SIGUSR2, 0, 0), 0);
	fake_shared = room;
	assert_true(first->process->pending.set & 1ul << (SIGUSR2 - 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_first_program_has_its_stack, begin, end),
		cmocka_unit_test_setup_teardown(test_segment_ends_in_zeroes, begin, end),
		cmocka_unit_test_setup_teardown(test_script_is_given_to_its_interpreter, begin, end),
		cmocka_unit_test_setup_teardown(test_what_is_no_program_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(test_execve_without_memory_changes_nothing, begin, end),
		cmocka_unit_test_setup_teardown(test_child_is_waited_for, begin, end),
		cmocka_unit_test_setup_teardown(test_fork_without_memory_leaves_nothing, begin, end),
		cmocka_unit_test_setup_teardown(test_vfork_waits_for_the_child, begin, end),
		cmocka_unit_test_setup_teardown(test_orphans_are_nobodys_and_go_by_themselves, begin, end),
		cmocka_unit_test_setup_teardown(test_what_dies_is_given_up, begin, end),
		cmocka_unit_test_setup_teardown(test_handler_and_back, begin, end),
		cmocka_unit_test_setup_teardown(test_way_back_without_a_stack, begin, end),
		cmocka_unit_test_setup_teardown(test_no_stack_for_a_handler_is_deadly, begin, end),
		cmocka_unit_test_setup_teardown(test_call_begins_anew_or_says_so, begin, end),
		cmocka_unit_test_setup_teardown(test_stopped_child_is_told_of, begin, end),
		cmocka_unit_test_setup_teardown(test_fault_that_is_ignored_is_deadly_all_the_same, begin, end),
		cmocka_unit_test_setup_teardown(test_signals_that_count_are_all_kept, begin, end),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
