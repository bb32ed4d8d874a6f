/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of /proc about one process: in Linux's words and places, 0 for what is not counted here. */
#include <string.h>
#include <sys/resource.h>
#include <unix/arena.h>
#include <janus/kinds.h>
#include "text.h"

#define HUNDREDTH 10000000ul
#define SIGNAL_IGNORED 1

/* --- what it was given ----------------------------------------------------------------------------------------------------------------- */

/* Bytes of its memory, as far as they are there. */
static void
memory_show(struct text *x, struct process *p, uint64_t from, uint64_t end)
{
	page_t page;

	while (p->memory && from < end && !memory_page(p, from, RIGHT_READ, &page)) {
		uint64_t rest = UNIX_PAGE - from % UNIX_PAGE, piece = end - from < rest ? end - from : rest;
		text_add(x, (char *)page_at(page) + from % UNIX_PAGE, piece);
		from += piece;
	}
}

void
show_arguments(struct text *x, struct process *p)
{
	memory_show(x, p, p->arguments, p->arguments_end);
}

void
show_environment(struct text *x, struct process *p)
{
	memory_show(x, p, p->arguments_end, p->environment_end);
}

void
show_name(struct text *x, struct process *p)
{
	text_format(x, "%s\n", p->task->name);
}

/* --- state ----------------------------------------------------------------------------------------------------------------------------- */

static const struct state {
	char letter;
	const char *name;
} states[] = { { 'R', "running" }, { 'S', "sleeping" }, { 'T', "stopped" }, { 'Z', "zombie" } };

static const struct state *
state_of(const struct process *p)
{
	if (p->ended)
		return &states[3];
	if (p->stopped)
		return &states[2];
	return &states[p->task->state == TASK_WAITS];
}

/* Signals that it ignores, and those that it has handlers for. */
static void
actions_of(const struct process *p, signal_set *ignored, signal_set *caught)
{
	*ignored = *caught = 0;
	for (unsigned i = 0; i < SIGNALS; i++) {
		if (p->action[i].handler == SIGNAL_IGNORED)
			*ignored |= 1ul << i;
		else if (p->action[i].handler)
			*caught |= 1ul << i;
	}
}

struct sizes {
	uint64_t all, resident, most, text, data, stack;	/* bytes */
};

static void
sizes_of(const struct process *p, struct sizes *s)
{
	const struct memory *m = p->memory;

	*s = (struct sizes){ 0 };
	if (!m)
		return;
	for (const struct area *a = m->first; a; a = a->next) {
		uint64_t bytes = a->end - a->start;
		s->all += bytes;
		if (a->name == AREA_STACK)
			s->stack += bytes;
		else if (a->rights & RIGHT_EXECUTE)
			s->text += bytes;
		else if (a->rights & RIGHT_WRITE)
			s->data += bytes;
	}
	s->resident = m->pages * UNIX_PAGE;
	s->most = m->pages_most * UNIX_PAGE;
}

static int32_t
parent_of(const struct process *p)
{
	return p->parent ? p->parent->pid : 0;
}

void
show_process(struct text *x, struct process *p)
{
	struct sizes s;
	signal_set ignored, caught;

	sizes_of(p, &s);
	actions_of(p, &ignored, &caught);
	text_format(x, "%d (%s) %c %d %d %d %u %d 0 0 0 0 0 0 0 0 0 20 0 %u 0 %lu %lu %lu %lu ", p->pid, p->task->name, state_of(p)->letter, parent_of(p), p->group,
		p->session, terminal_device(p->terminal), terminal_group(p->terminal), p->tasks, p->begun / HUNDREDTH, s.all, s.resident / UNIX_PAGE,
		p->limit[RLIMIT_RSS][0]);
	text_format(x, "0 0 0 0 0 %lu %lu %lu %lu 0 0 0 %d 0 0 0 0 0 0 0 0 %lu %lu %lu %lu %lu %d\n", p->pending.set & INT32_MAX, p->task->mask & INT32_MAX,
		ignored & INT32_MAX, caught & INT32_MAX, p->exit_signal, p->memory ? p->memory->brk_start : 0, p->arguments, p->arguments_end, p->arguments_end,
		p->environment_end, p->status);
}

void
show_sizes(struct text *x, struct process *p)
{
	struct sizes s;

	sizes_of(p, &s);
	text_format(x, "%lu %lu 0 %lu 0 %lu 0\n", s.all / UNIX_PAGE, s.resident / UNIX_PAGE, s.text / UNIX_PAGE, (s.data + s.stack) / UNIX_PAGE);
}

static void
show_identity(struct text *x, const struct process *p)
{
	const struct credentials *who = &p->who;

	text_format(x, "Name:\t%s\nUmask:\t%04o\nState:\t%c (%s)\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\nTracerPid:\t0\n", p->task->name, p->umask,
		state_of(p)->letter, state_of(p)->name, p->pid, p->pid, parent_of(p));
	text_format(x, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\nFDSize:\t%u\nGroups:\t", who->uid, who->euid, who->suid, who->fsuid, who->gid, who->egid, who->sgid,
		who->fsgid, FILES_BLOCK);
	for (unsigned i = 0; i < who->groups; i++)
		text_format(x, "%u ", who->group[i]);
	text_format(x, "\n");
}

void
show_status(struct text *x, struct process *p)
{
	struct sizes s;
	signal_set ignored, caught;

	show_identity(x, p);
	sizes_of(p, &s);
	actions_of(p, &ignored, &caught);
	if (p->memory) {
		text_format(x, "VmPeak:\t%8lu kB\nVmSize:\t%8lu kB\nVmHWM:\t%8lu kB\nVmRSS:\t%8lu kB\n", s.all / 1024, s.all / 1024, s.most / 1024, s.resident / 1024);
		text_format(x, "VmData:\t%8lu kB\nVmStk:\t%8lu kB\nVmExe:\t%8lu kB\nVmLib:\t%8u kB\n", s.data / 1024, s.stack / 1024, s.text / 1024, 0);
	}
	text_format(x, "Threads:\t%u\nSigPnd:\t%016lx\nShdPnd:\t%016lx\nSigBlk:\t%016lx\nSigIgn:\t%016lx\nSigCgt:\t%016lx\n", p->tasks, p->task->pending.set,
		p->pending.set, p->task->mask, ignored, caught);
}
