/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line discipline, as Linux's n_tty: what is typed becomes input, echo and signals (line.c); what is written becomes output (output.c).  Parts of a terminal that
 * are files are in terminal.c, its settings in control.c, who may use it in job.c.
 */
#pragma once

#include <ctype.h>
#include <termios.h>
#include "objects.h"

/* --- settings ------------------------------------------------------------------------------------------------------------------------------ */

static inline bool line_input(const struct terminal *y, unsigned flag) { return y->settings.input & flag; }
static inline bool line_output(const struct terminal *y, unsigned flag) { return y->settings.output & flag; }
static inline bool line_local(const struct terminal *y, unsigned flag) { return y->settings.local & flag; }

/* C is the special character WHICH, V*; 0 is none. */
static inline bool
line_is(const struct terminal *y, unsigned char c, unsigned which)
{
	return c && c == y->settings.character[which];
}

static inline bool
line_continues(const struct terminal *y, char c)	/* a character of several bytes */
{
	return line_input(y, IUTF8) && (c & 0xc0) == 0x80;
}

extern const struct line_settings line_default;

/* --- line.c --------------------------------------------------------------------------------------------------------------------------------- */

static inline char *
line_at(struct terminal *y, uint32_t place)
{
	return &y->text[place % LINE_INPUT];
}

uint32_t line_room(const struct terminal *y);		/* how many characters terminal_input takes without losing any */
uint32_t line_ready(const struct terminal *y, bool poll);	/* characters that a read gets now; 0: it waits.  POLL: and not fewer than VMIN wants */
int64_t line_take(struct terminal *y, struct user_data *d);	/* those, at most what D wants: 0 is the end of the input; -EFAULT */
void line_flush(struct terminal *y);
void line_changed(struct terminal *y, const struct line_settings *before);	/* settings are others */

/* --- output.c ------------------------------------------------------------------------------------------------------------------------------- */

/* Characters on their way out; output_end sends what is left of them. */
#define OUTPUT_CHUNK 256
struct output {
	struct terminal *terminal;
	uint32_t bytes;
	char text[OUTPUT_CHUNK];
};

#define OUTPUT_MOST 8					/* characters that one can become: a tab */

void output_raw(struct output *o, char c);
void output_char(struct output *o, char c);		/* as OPOST and its flags have it */
void output_end(struct output *o);
uint32_t output_room(const struct terminal *y);		/* characters that can be sent */
void output_stop(struct terminal *y, bool stop);	/* Ctrl-S, Ctrl-Q */

/* --- job.c ---------------------------------------------------------------------------------------------------------------------------------- */

/* T may do what stops a background process with SIGNAL: 0; -EIO; -ERESTARTSYS: its group got it. */
int job_check(struct task *t, struct terminal *y, int signal);
void job_signal(struct terminal *y, int signal);	/* to the foreground */
void job_hang(struct terminal *y);			/* nobody's terminal any more; the session is told */
void job_opened(struct task *t, struct terminal *y);	/* it becomes that of a session's leader who has none, if it is nobody's */
int64_t job_control(struct task *t, struct file *f, unsigned request, uint64_t argument);	/* -ENOTTY: not one of these */

/* --- terminal.c, control.c ------------------------------------------------------------------------------------------------------------------ */

static inline bool terminal_master(const struct file *f) { return f->position; }
static inline bool terminal_hung(const struct terminal *y) { return y->pseudo && !y->masters; }

int64_t terminal_control(struct task *t, struct file *f, unsigned request, uint64_t argument);
