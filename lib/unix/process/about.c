/* SPDX-License-Identifier: BSD-2-Clause */
/* What a task asks about the system and itself, and the little that it can choose: names, personality, thread pointer, prctl. */
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <unix/direct.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "process/internal.h"

/* --- the system ------------------------------------------------------------------------------------------------------------------------------ */

struct names {			/* struct new_utsname */
	char system[65], node[65], release[65], version[65], machine[65], domain[65];
};

int64_t
unix_uname(struct task *t, uint64_t to)
{
	struct names n = { .system = UNIX_SYSTEM, .release = UNIX_RELEASE, .version = UNIX_VERSION, .machine = "x86_64" };

	memcpy(n.node, shared->process.host_name, sizeof(n.node));
	memcpy(n.domain, shared->process.domain_name, sizeof(n.domain));
	return host_copy_out(t, to, &n, sizeof(n));
}

static int
name_copy(struct task *t, uint64_t from, uint64_t bytes, char name[65])
{
	char new[65] = "";

	if (!privileged(t))
		return -EPERM;
	if (bytes > sizeof(new) - 1)
		return -EINVAL;
	if (host_copy_in(t, new, from, bytes))
		return -EFAULT;
	memcpy(name, new, sizeof(new));
	return 0;
}

int64_t
unix_sethostname(struct task *t, uint64_t from, uint64_t bytes)
{
	return name_copy(t, from, bytes, shared->process.host_name);
}

int64_t
unix_setdomainname(struct task *t, uint64_t from, uint64_t bytes)
{
	return name_copy(t, from, bytes, shared->process.domain_name);
}

struct system_info {		/* struct sysinfo */
	int64_t up;
	uint64_t load[3], memory, memory_free, memory_shared, buffers, swap, swap_free;
	uint16_t processes, pad;
	uint32_t pad_too;
	uint64_t high, high_free;
	uint32_t unit, rest;
};
_Static_assert(sizeof(struct system_info) == 112, "as Linux has it");

int64_t
unix_sysinfo(struct task *t, uint64_t to)
{
	uint64_t total, free;

	host_memory(&total, &free);
	struct system_info i = { .up = (int64_t)(host_clock() / SECOND), .memory = total, .memory_free = free, .unit = 1, .processes = (uint16_t)shared->process.tasks };
	return host_copy_out(t, to, &i, sizeof(i));
}

#define RANDOM_KNOWN	7u		/* GRND_NONBLOCK, GRND_RANDOM, GRND_INSECURE */
#define RANDOM_BOTH	6u
#define RANDOM_MOST	(32ul << 20)

int64_t
unix_getrandom(struct task *t, uint64_t to, uint64_t bytes, uint32_t flags)
{
	char some[256];
	uint64_t done = 0;

	if (flags & ~RANDOM_KNOWN || (flags & RANDOM_BOTH) == RANDOM_BOTH)
		return -EINVAL;
	bytes = bytes < RANDOM_MOST ? bytes : RANDOM_MOST;
	while (done < bytes) {
		uint64_t part = bytes - done < sizeof(some) ? bytes - done : sizeof(some);
		host_random(some, part);
		if (host_copy_out(t, to + done, some, part))
			return done ? (int64_t)done : -EFAULT;
		done += part;
	}
	return (int64_t)done;
}

/* --- the task ---------------------------------------------------------------------------------------------------------------------------------- */

int64_t
unix_set_tid_address(struct task *t, uint64_t address)
{
	t->clear_tid = address;
	return t->tid;
}

/* C libraries do without. */
int64_t
unix_rseq(struct task *t, uint64_t area, uint32_t bytes, int flags, uint32_t signature)
{
	return -ENOSYS;
}

enum { SET_GS = 0x1001, SET_FS, GET_FS, GET_GS };

static int
base_set(struct task *t, uint64_t *base, uint64_t address, uint32_t word)
{
	if (address >= MEMORY_END)
		return -EPERM;
	*base = address;
	t->registers.rax = 0;
	t->set |= word;
	return 0;
}

int64_t
unix_arch_prctl(struct task *t, int what, uint64_t address)
{
	struct registers *r = &t->registers;

	switch (what) {
	case SET_FS: return base_set(t, &r->fs_base, address, REGISTERS_FS_BASE);
	case SET_GS: return base_set(t, &r->gs_base, address, REGISTERS_GS_BASE);
	case GET_FS: host_registers(t); return host_copy_out(t, address, &r->fs_base, sizeof(r->fs_base));
	case GET_GS: host_registers(t); return host_copy_out(t, address, &r->gs_base, sizeof(r->gs_base));
	default: return -EINVAL;
	}
}

#define PERSONALITY_ASK UINT32_MAX

int64_t
unix_personality(struct task *t, uint32_t new)
{
	uint32_t was = t->process->personality;

	if (new != PERSONALITY_ASK)
		t->process->personality = new;
	return was;
}

/* --- prctl --------------------------------------------------------------------------------------------------------------------------------------- */

static int
name_change(struct task *t, uint64_t from)
{
	char name[sizeof(t->name)] = "";
	int64_t length = host_copy_text(t, name, from, sizeof(name) - 1);

	if (length == -ENAMETOOLONG && host_copy_in(t, name, from, sizeof(name) - 1))
		return -EFAULT;
	if (length < 0 && length != -ENAMETOOLONG)
		return -EFAULT;
	memcpy(t->name, name, sizeof(name));
	return 0;
}

static int
signal_change(struct task *t, uint64_t number)
{
	if (number > SIGNALS)
		return -EINVAL;
	t->death_signal = (int32_t)number;
	return 0;
}

static int
flag_change(bool *flag, uint64_t value)
{
	*flag = value;
	return 0;
}

static int
number_tell(struct task *t, uint64_t to, int32_t number)
{
	return host_copy_out(t, to, &number, sizeof(number));
}

static int64_t
no_new_privileges(struct process *p, uint64_t value, uint64_t zeroes)
{
	if (value != 1 || zeroes)
		return -EINVAL;
	p->no_new_privileges = true;
	return 0;
}

int64_t
unix_prctl(struct task *t, int what, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	struct process *p = t->process;

	switch (what) {
	case PR_SET_NAME: return name_change(t, a);
	case PR_GET_NAME: return host_copy_out(t, a, t->name, sizeof(t->name));
	case PR_SET_PDEATHSIG: return signal_change(t, a);
	case PR_GET_PDEATHSIG: return number_tell(t, a, t->death_signal);
	case PR_SET_DUMPABLE:
		if (a > 1)
			return -EINVAL;
		p->dumpable = (int32_t)a;
		return 0;
	case PR_GET_DUMPABLE: return p->dumpable;
	case PR_SET_CHILD_SUBREAPER: return flag_change(&p->subreaper, a);
	case PR_GET_CHILD_SUBREAPER: return number_tell(t, a, p->subreaper);
	case PR_SET_NO_NEW_PRIVS: return no_new_privileges(p, a, b | c | d);
	case PR_GET_NO_NEW_PRIVS: return a | b | c | d ? -EINVAL : p->no_new_privileges;
	case PR_GET_TIMERSLACK: return 50000;
	case PR_JANUS_DIRECT: return host_direct(t, a);
	default: return -EINVAL;
	}
}
