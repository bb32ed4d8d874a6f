/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of /proc: text that is made while it is read.  A row of proc.c names a file and the function that writes all of it; what the reader did not ask for
 * (before its place, behind its buffer) goes nowhere.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct process;
struct user_data;

struct text {
	struct task *task;		/* who reads */
	struct user_data *data;
	uint64_t skip;			/* bytes that come before the reader's place */
	uint64_t done;			/* that he got */
	int error;
};

void text_add(struct text *x, const char *from, size_t bytes);
void text_format(struct text *x, const char *format, ...) __attribute__((format(printf, 2, 3)));	/* at most 255 bytes at once */

/* proc_system.c */
void show_cpuinfo(struct text *x, struct process *p);
void show_filesystems(struct text *x, struct process *p);
void show_host_name(struct text *x, struct process *p);
void show_loadavg(struct text *x, struct process *p);
void show_meminfo(struct text *x, struct process *p);
void show_objects(struct text *x, struct process *p);
void show_mounts(struct text *x, struct process *p);
void show_release(struct text *x, struct process *p);
void show_system(struct text *x, struct process *p);
void show_type(struct text *x, struct process *p);
void show_uptime(struct text *x, struct process *p);
void show_version(struct text *x, struct process *p);
void show_pid_max(struct text *x, struct process *p);

/* proc_process.c: P is there */
void show_arguments(struct text *x, struct process *p);
void show_environment(struct text *x, struct process *p);
void show_name(struct text *x, struct process *p);
void show_process(struct text *x, struct process *p);
void show_sizes(struct text *x, struct process *p);
void show_status(struct text *x, struct process *p);

/* proc_maps.c */
void show_maps(struct text *x, struct process *p);
