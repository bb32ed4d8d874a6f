/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of /proc that are not a process's. */
#include <string.h>
#include <unix/arena.h>
#include "text.h"

#define SECOND		1000000000ul
#define HUNDREDTH	(SECOND / 100)

void
show_meminfo(struct text *x, struct process *p)
{
	uint64_t all, free, files = (shared->file.pages + shared->file.tables) * 4;

	host_memory(&all, &free);
	all /= 1024;
	free /= 1024;
	text_format(x, "MemTotal:       %8lu kB\nMemFree:        %8lu kB\nMemAvailable:   %8lu kB\n", all, free, free);
	text_format(x, "Buffers:        %8u kB\nCached:         %8lu kB\nSwapCached:     %8u kB\n", 0, files, 0);
	text_format(x, "SwapTotal:      %8u kB\nSwapFree:       %8u kB\nShmem:          %8lu kB\nSReclaimable:   %8u kB\n", 0, 0, files, 0);
}

/* The arena's objects, and page frames: as many as there are, and room for, and how large they are. */
void
show_objects(struct text *x, struct process *p)
{
	text_format(x, "slabinfo - version: 2.1\n# name            <active_objs> <num_objs> <objsize>\n");
	for (unsigned i = 0; i < ARENA_KINDS; i++)
		text_format(x, "%-17s %6u %6u %6u\n", arena_rows[i].name, shared->list[i].taken, shared->list[i].made, arena_rows[i].bytes);
	text_format(x, "%-17s %6u %6u %6lu\n", "page", host_pages_taken(), host_page_end(), UNIX_PAGE);
}

struct leaf {
	uint32_t a, b, c, d;
};

static struct leaf
processor_leaf(uint32_t number)
{
	struct leaf l = { .a = number };

	__asm__("cpuid" : "+a"(l.a), "=b"(l.b), "=c"(l.c), "=d"(l.d));
	return l;
}

void
show_cpuinfo(struct text *x, struct process *p)
{
	struct leaf vendor = processor_leaf(0), kind = processor_leaf(1);
	uint32_t maker[4] = { vendor.b, vendor.d, vendor.c, 0 };
	struct leaf brand[4] = { processor_leaf(0x80000002), processor_leaf(0x80000003), processor_leaf(0x80000004), { 0 } };
	unsigned family = (kind.a >> 8 & 15) + (kind.a >> 20 & 255), model = (kind.a >> 4 & 15) + (kind.a >> 12 & 0xf0);

	text_format(x, "processor\t: 0\nvendor_id\t: %s\ncpu family\t: %u\nmodel\t\t: %u\n", (const char *)maker, family, model);
	text_format(x, "model name\t: %s\nstepping\t: %u\nphysical id\t: 0\ncore id\t\t: 0\ncpu cores\t: 1\n\n", (const char *)brand, kind.a & 15);
}

void
show_filesystems(struct text *x, struct process *p)
{
	text_format(x, "nodev\ttmpfs\nnodev\tproc\nnodev\tdevpts\n");
}

void
show_mounts(struct text *x, struct process *p)
{
	text_format(x, "tmpfs / tmpfs rw 0 0\nproc /proc proc rw 0 0\ndevpts /dev/pts devpts rw 0 0\n");
}

/* Tasks that run, and all of them. */
static void
count_tasks(unsigned *running, unsigned *all)
{
	*running = *all = 0;
	for (const struct process *p = shared->process.first; p; p = p->next) {
		for (const struct task *t = p->task; t; t = t->next) {
			*running += t->state == TASK_RUNS;
			*all += t->state != TASK_ENDED;
		}
	}
}

/* How long tasks waited for the processor is not known: the averages are 0. */
void
show_loadavg(struct text *x, struct process *p)
{
	unsigned running, all;

	count_tasks(&running, &all);
	text_format(x, "0.00 0.00 0.00 %u/%u %d\n", running, all, shared->process.last_pid);
}

/* Nor is it how the time was spent. */
void
show_system(struct text *x, struct process *p)
{
	unsigned running, all;
	uint64_t time = host_clock() / HUNDREDTH, calls, without_kernel;

	count_tasks(&running, &all);
	text_format(x, "cpu  %lu 0 0 0 0 0 0 0 0 0\ncpu0 %lu 0 0 0 0 0 0 0 0 0\n", time, time);
	text_format(x, "intr 0\nctxt 0\nbtime %lu\nprocesses %lu\n", host_wall() / SECOND, shared->process.forks);
	text_format(x, "procs_running %u\nprocs_blocked 0\n", running);
	if (host_calls(&calls, &without_kernel))
		text_format(x, "calls %lu %lu\n", calls, without_kernel);
}

void
show_uptime(struct text *x, struct process *p)
{
	uint64_t time = host_clock() / HUNDREDTH;

	text_format(x, "%lu.%02lu 0.00\n", time / 100, time % 100);
}

void
show_version(struct text *x, struct process *p)
{
	text_format(x, "%s version %s (janus) %s\n", UNIX_SYSTEM, UNIX_RELEASE, UNIX_VERSION);
}

void
show_type(struct text *x, struct process *p)
{
	text_format(x, "%s\n", UNIX_SYSTEM);
}

void
show_release(struct text *x, struct process *p)
{
	text_format(x, "%s\n", UNIX_RELEASE);
}

void
show_host_name(struct text *x, struct process *p)
{
	text_format(x, "%s\n", shared->process.host_name);
}

void
show_pid_max(struct text *x, struct process *p)
{
	text_format(x, "%d\n", PID_LIMIT);
}
