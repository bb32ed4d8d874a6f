/* SPDX-License-Identifier: BSD-2-Clause */
/* A program's environment: how it begins, and what its upcalls do.  Called from enter.S, on the task's library stack. */
#include <errno.h>
#include <string.h>
#include <exo/frames.h>
#include <exo/stubs.h>
#include <janus/slots.h>
#include <unix/shadow.h>
#include <unix/unix.h>
#include "domain.h"

_Static_assert(offsetof(struct task, registers) == TASK_REGISTERS && offsetof(struct task, set) == TASK_SET && offsetof(struct task, signalled) == TASK_SIGNALLED,
	"enter.S");
_Static_assert(offsetof(struct task, process) == TASK_PROCESS && offsetof(struct task, mask) == TASK_MASK && offsetof(struct task, pending) == TASK_PENDING, "enter.S");
_Static_assert(offsetof(struct task, stack_base) == TASK_STACK_BASE && offsetof(struct task, stack_bytes) == TASK_STACK_BYTES, "enter.S");
_Static_assert(offsetof(struct task, stack_flags) == TASK_STACK_FLAGS && offsetof(struct process, pending) == PROCESS_PENDING, "enter.S");

#define PAGE_FAULT	14
#define OWN_PAGES	5		/* what enter.S says of them */
#define KMEM_LOOK	8		/* pages of the window that come, between two looks at what kernel memory is left */
#define KMEM_LOW	4		/* pages: one that evicts has no more, with a table that it has just emptied and records' slabs */
#define ERROR_PRESENT	1		/* of a page fault's error code */
#define ERROR_WRITE	2
#define ERROR_FETCH	16

extern char foreign_entry[], foreign_rewriting_entry[], foreign_back[], foreign_back_end[], fault_entry[], fault_back[], fault_back_end[];
extern char exception_entry[], exception_back[], exception_back_end[], event_entry[], event_back[], event_back_end[];
extern char sigreturn_begin[], sigreturn_end[], sigreturn_slow[];
extern char user_copy_begin[], user_copy_end[], user_copy_failed[];

/* --- the beginning --------------------------------------------------------------------------------------------------------------------- */

/* Frames that nobody but this environment can take away: the kernel saves in them. */
static enum status
own_pages(void)
{
	uint64_t payload, mac;
	enum status status = OK;

	for (uint64_t n = 0; !status && n < OWN_PAGES; n++) {
		status = call_frame_alloc(FRAME_ANY, 0, 0, &payload, &mac);
		if (!status)
			status = call_bind(UNIX_OWN + n * UNIX_PAGE, payload, mac, RIGHT_READ | RIGHT_WRITE | 0x100);
	}
	return status;
}

#define WAY_BACK(name)	(uintptr_t)name##_back, (uintptr_t)name##_back_end
#define CONTEXT(name, area) (uintptr_t)&own->area, (uintptr_t)name##_entry, WAY_BACK(name)

static enum status
contexts_begin(void)
{
	enum status status = call_exception_context(CONTEXT(exception, exception));

	if (!status)
		status = call_addressing_context(CONTEXT(fault, fault));
	if (!status)
		status = call_call_context((uintptr_t)&own->call, (uintptr_t)(domain->rewrites ? foreign_rewriting_entry : foreign_entry), WAY_BACK(foreign));
	if (!status)
		status = call_interrupt_context(CONTEXT(event, event), EVENT_END);
	return status ? status : call_library(UNIX_LIBRARY, UNIX_LIBRARY_END);
}

void
environment_begin(uint64_t number)
{
	enum status status = own_pages();

	if (!status) {
		own->number = number;
		own->environment = &domain->environment[number];
		own->idle_stack = ((uintptr_t)__builtin_frame_address(0) | (UNIX_PAGE - 1)) + 1;
		status = contexts_begin();
	}
	domain->environment[number].status = status;
	if (status)
		call_thread_exit();
	idle_begin();
}

/*
 * The space's environment was stopped, by the kernel or the manager: this one goes on where it was, on the library stack if it was in the library.  All that
 * it has is as it was, but for floating-point registers; so its process ends, as soon as nothing is half done any more (leave).
 */
void
environment_again(void)
{
	struct environment *e = own->environment;

	own->left = domain->left;
	own->late = 1;
	if (own->left.rip < (uintptr_t)event_entry || own->left.rip >= (uintptr_t)event_back_end)
		own->event.busy = 0;
	e->status = contexts_begin();
	e->again = false;
	if (e->status)
		call_thread_exit();
	if (own->left.rip >= UNIX_LIBRARY && own->left.rip < UNIX_LIBRARY_END)
		again_library(&own->left);
	own->task->registers = own->left;
	fs_base_set(own->left.fs_base);
	again_program();
}

/* --- the end of every entry ------------------------------------------------------------------------------------------------------------ */

/* T is over, and its library stack another's: its environment has another task, or is idle. */
static void
task_end(struct task *t)
{
	own->late &= ~(uint64_t)LATE_ENDED;
	host_lock(t);
	task_forget(t);
	host_unlock(t);
	idle_begin();
}

/* The slice is over: others are before T, and a new one begins. */
static void
turn_end(struct task *t)
{
	own->late = 0;
	host_lock(t);
	time_charge(t);
	task_ready(t);
	domain->runs = &domain->environment[MANAGER];
	host_unlock(t);
	call_yield();
	host_lock(t);
	give_way(t);
	host_unlock(t);
}

/* T was about to go on in its program with what T->set says. */
static __attribute__((cold, noinline)) struct task *
leave_late(struct task *t)
{
	uint32_t set = t->set;

	if (t->host.ended)
		task_end(t);
	turn_end(t);
	if (t->signalled)
		unix_interrupted(t);
	t->set |= set;
	if (t->host.ended)
		task_end(t);
	return t;
}

/* Before T's program goes on. */
static inline struct task *
leave(struct task *t)
{
	return own->late ? leave_late(t) : t;
}

/* Not to be in its callers: there is one place then from which the core's unix_call is called, and it is in that. */
__attribute__((noinline)) void
serve_call(struct task *t)
{
	unix_call(t);
	leave(t);
}

struct task *
serve_fault(struct task *t, uint64_t vector, uint64_t error, uint64_t address)
{
	unsigned access = error & ERROR_FETCH ? RIGHT_EXECUTE : error & ERROR_WRITE ? RIGHT_WRITE : RIGHT_READ;

	if (vector == PAGE_FAULT && !(stub_has(address) && access != RIGHT_WRITE && stub_bind(address)))
		unix_fault(t, address, access, error & ERROR_PRESENT);
	return leave(t);
}

struct task *
serve_exception(struct task *t, uint64_t vector, uint64_t error)
{
	if (stub_has(t->registers.rip))
		stub_leave(t);
	unix_exception(t, (unsigned)vector, error);
	return leave(t);
}

struct task *
serve_event(struct task *t)
{
	t->registers.fs_base = fs_base();
	t->set = REGISTERS_ALL;
	if (stub_has(t->registers.rip))
		stub_leave(t);
	own->late = 1;
	return leave(t);
}

/* --- what happens in the library itself ---------------------------------------------------------------------------------------------------- */

/* It loads a program's registers from where the program says. */
static bool
is_sigreturn(uint64_t rip)
{
	return rip >= (uintptr_t)sigreturn_begin && rip < (uintptr_t)sigreturn_end;
}

/* Where too little kernel memory is left, a table is emptied for each new one and comes back page by page: then the manager is to give some. */
static void
kmem_look(void)
{
	uint64_t allowance, given, held, kmem, kmem_free = 0;

	if (++own->bound % KMEM_LOOK)
		return;
	if (call_holdings(SLOT_OWN, &allowance, &given, &held, &kmem, &kmem_free) || kmem_free >= KMEM_LOW)
		return;
	domain->poor = own->number;
	own->late = 1;
}

/* A page fault of the library: the arena's and the window's pages come when they are touched; a program's as if it had touched them. */
void
library_fault(void)
{
	uint64_t address = own->fault.address, rip = own->fault.rip;
	unsigned access = own->fault.error & ERROR_WRITE ? RIGHT_WRITE : RIGHT_READ;

	if (address >= UNIX_TOKENS && address < UNIX_END) {
		domain_bind(address);
		kmem_look();
		return;
	}
	if (stub_has(address) && access == RIGHT_READ && stub_bind(address))
		return;
	if (is_sigreturn(rip)) {
		own->fault.rip = (uintptr_t)sigreturn_slow;
		return;
	}
	if (rip < (uintptr_t)user_copy_begin || rip >= (uintptr_t)user_copy_end) {
		host_log("unix: page fault of the library at instruction %#lx", rip);
		fatal("page fault at", address);
	}
	if (memory_fault(own->task->process, address, access))
		own->fault.rip = (uintptr_t)user_copy_failed;
}

/* One more while a page fault is served: a token, or what the core looks at, was not there. */
void
library_exception(void)
{
	if (is_sigreturn(own->exception.rip)) {
		own->exception.rip = (uintptr_t)sigreturn_slow;
		return;
	}
	if (own->exception.vector != PAGE_FAULT)
		fatal("exception", own->exception.vector << 56 | own->exception.rip);
	domain_bind_whole(own->exception.address);
}

/* --- memory of programs ------------------------------------------------------------------------------------------------------------------------ */

static bool
is_program(uint64_t address, uint64_t bytes)
{
	return memory_inside(address, bytes);
}

/* Of a task whose memory this environment does not have: page by page, through the window. */
static __attribute__((noinline)) int
copy_elsewhere(struct task *t, char *mine, uint64_t address, size_t bytes, unsigned access)
{
	while (bytes) {
		uint64_t offset = address % UNIX_PAGE, n = UNIX_PAGE - offset < bytes ? UNIX_PAGE - offset : bytes;
		page_t page;
		if (memory_page(t->process, address, access, &page))
			return -EFAULT;
		char *at = (char *)page_at(page) + offset;
		memcpy(access == RIGHT_WRITE ? at : mine, access == RIGHT_WRITE ? mine : at, n);
		address += n;
		mine += n;
		bytes -= n;
	}
	return 0;
}

static bool
is_here(const struct task *t)
{
	return own->environment->space == &t->process->memory->host;
}

/* What can be written can be read: such a page is remembered for any rights. */
static __attribute__((noinline)) void *
at_found(struct host_space *s, uint64_t address, unsigned rights)
{
	uint32_t word = shadow_at(&s->shadow, address);
	char *window = page_at(word >> SHADOW_PAGE);

	if (rights & ~word)
		return NULL;
	if (word & RIGHT_WRITE) {
		s->recent.number = address / UNIX_PAGE;
		s->recent.window = window;
		s->recent.changes = s->changes;
	}
	return window + address % UNIX_PAGE;
}

/* In the window, where a page that is not bound comes without the core's help. */
void *
host_glance(struct task *t, uint64_t address, size_t bytes, unsigned rights)
{
	const struct host_space *s = &t->process->memory->host;

	if (s->recent.number != address / UNIX_PAGE || s->recent.changes != s->changes || address % UNIX_PAGE + bytes > UNIX_PAGE)
		return NULL;
	return s->recent.window + address % UNIX_PAGE;
}

void *
host_at(struct task *t, uint64_t address, size_t bytes, unsigned rights)
{
	void *at = host_glance(t, address, bytes, rights);

	if (at || address % UNIX_PAGE + bytes > UNIX_PAGE)
		return at;
	return at_found(&t->process->memory->host, address, rights);
}

int
host_copy_in(struct task *t, void *to, uint64_t from, size_t bytes)
{
	if (!is_program(from, bytes))
		return -EFAULT;
	return is_here(t) ? user_copy(to, (const void *)from, bytes) : copy_elsewhere(t, to, from, bytes, RIGHT_READ);
}

int
host_copy_out(struct task *t, uint64_t to, const void *from, size_t bytes)
{
	if (!is_program(to, bytes))
		return -EFAULT;
	return is_here(t) ? user_copy((void *)to, from, bytes) : copy_elsewhere(t, (char *)(uintptr_t)from, to, bytes, RIGHT_WRITE);
}

int64_t
host_copy_text(struct task *t, char *to, uint64_t from, size_t size)
{
	if (!is_program(from, 1))
		return -EFAULT;
	int64_t length = user_copy_text(to, (const char *)from, size);
	return length == (int64_t)size ? -ENAMETOOLONG : length;
}
