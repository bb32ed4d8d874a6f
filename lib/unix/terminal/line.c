/* SPDX-License-Identifier: BSD-2-Clause */
/* What is typed: see line.h.  Lines are edited in place, between CANON and HEAD; what is before CANON is whole lines, or all there is in raw mode. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unix/arena.h>
#include "line.h"

#define LINE_MOST (LINE_INPUT - 1)

const struct line_settings line_default = {
	.input = ICRNL | IXON,
	.output = OPOST | ONLCR,
	.control = B38400 | CS8 | CREAD,
	.local = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
	.character = {
		[VINTR] = 3, [VQUIT] = 28, [VERASE] = 127, [VKILL] = 21, [VEOF] = 4, [VMIN] = 1, [VSTART] = 17, [VSTOP] = 19, [VSUSP] = 26,
		[VREPRINT] = 18, [VDISCARD] = 15, [VWERASE] = 23, [VLNEXT] = 22,
	},
};

/* --- the buffer -------------------------------------------------------------------------------------------------------------------------- */

static bool
ends_at(const struct terminal *y, uint32_t place)
{
	return y->ends[place % LINE_INPUT / 64] & 1ul << place % 64;
}

static void
end_set(struct terminal *y, uint32_t place, bool end)
{
	uint64_t bit = 1ul << place % 64, *word = &y->ends[place % LINE_INPUT / 64];

	*word = end ? *word | bit : *word & ~bit;
}

static void
line_put(struct terminal *y, char c, bool end)
{
	*line_at(y, y->head) = c;
	end_set(y, y->head, end);
	y->head++;
	if (!end && line_local(y, ICANON))
		return;
	y->canon = y->head;
	wait_wake(&y->readable);
}

void
line_flush(struct terminal *y)
{
	y->tail = y->canon = y->head;
	wait_wake(&y->master_writable);
}

/* In a line that is longer than the buffer the last character is replaced, so that it can still be edited and ended. */
uint32_t
line_room(const struct terminal *y)
{
	uint32_t used = y->head - y->tail;

	return line_local(y, ICANON) && y->canon == y->tail ? LINE_INPUT : LINE_MOST - used;
}

/* --- echo ---------------------------------------------------------------------------------------------------------------------------------- */

static void
echo_char(struct output *o, char c)
{
	if (!line_local(o->terminal, ECHOCTL) || !iscntrl((unsigned char)c) || c == '\t') {
		output_char(o, c);
		return;
	}
	output_raw(o, '^');
	output_raw(o, c ^ 0100);
	o->terminal->column += 2;
}

static void
echo_text(struct output *o, const char *text)
{
	while (*text)
		output_char(o, *text++);
}

static void
echo_erased(struct output *o)
{
	if (o->terminal->erasing)
		output_char(o, '/');
	o->terminal->erasing = false;
}

/* C becomes input, too. */
static void
echo_input(struct output *o, char c)
{
	struct terminal *y = o->terminal;

	if (!line_local(y, ECHO))
		return;
	echo_erased(o);
	if (y->canon == y->head)
		y->canon_column = y->column;
	echo_char(o, c);
}

/* A return that became a newline where there are no lines; a newline that was typed there is a control character. */
static void
echo_newline(struct output *o)
{
	if (!line_local(o->terminal, ECHO))
		return;
	echo_erased(o);
	output_char(o, '\n');
}

/* --- editing -------------------------------------------------------------------------------------------------------------------------------- */

/* The columns between what was before the tab and where it led. */
static void
erase_tab(struct output *o)
{
	struct terminal *y = o->terminal;
	uint32_t columns = 0, place = y->head;
	char c = 0;

	while (place != y->canon && c != '\t') {
		c = *line_at(y, --place);
		if (iscntrl((unsigned char)c))
			columns += c != '\t' && line_local(y, ECHOCTL) ? 2 : 0;
		else
			columns += !line_continues(y, c);
	}
	if (c != '\t')
		columns += y->canon_column;
	for (uint32_t back = OUTPUT_MOST - columns % OUTPUT_MOST; back; back--)
		output_char(o, '\b');
}

/* The character at HEAD, of BYTES, has been erased. */
static void
erase_echo(struct output *o, bool one, uint32_t bytes)
{
	struct terminal *y = o->terminal;
	char c = *line_at(y, y->head);

	if (!line_local(y, ECHO))
		return;
	if (line_local(y, ECHOPRT)) {
		if (!y->erasing)
			output_char(o, '\\');
		y->erasing = true;
		echo_char(o, c);
		for (uint32_t i = 1; i < bytes; i++)
			output_raw(o, *line_at(y, y->head + i));
	} else if (one && !line_local(y, ECHOE)) {
		echo_char(o, (char)y->settings.character[VERASE]);
	} else if (c == '\t') {
		erase_tab(o);
	} else if (!iscntrl((unsigned char)c)) {
		echo_text(o, "\b \b");
	} else if (line_local(y, ECHOCTL)) {
		echo_text(o, "\b \b\b \b");
	}
}

/* Where the last character of the line begins; HEAD: it has not begun in this line. */
static uint32_t
character_begin(struct terminal *y)
{
	uint32_t place = y->head;

	do
		place--;
	while (line_continues(y, *line_at(y, place)) && place != y->canon);
	return line_continues(y, *line_at(y, place)) ? y->head : place;
}

static void
erase_one(struct output *o, bool one, uint32_t begin)
{
	struct terminal *y = o->terminal;
	uint32_t bytes = y->head - begin;

	y->head = begin;
	erase_echo(o, one, bytes);
}

static void
erase_word(struct output *o)
{
	struct terminal *y = o->terminal;
	bool within = false;

	while (y->head != y->canon) {
		uint32_t begin = character_begin(y);
		char c = *line_at(y, begin);
		bool word = isalnum((unsigned char)c) || c == '_';
		if (begin == y->head || (within && !word))
			return;
		within = within || word;
		erase_one(o, false, begin);
	}
}

static void
erase_line(struct output *o)
{
	struct terminal *y = o->terminal;
	uint32_t begin;

	if (line_local(y, ECHO) && line_local(y, ECHOK) && line_local(y, ECHOKE) && line_local(y, ECHOE)) {
		while (y->head != y->canon && (begin = character_begin(y)) != y->head)
			erase_one(o, false, begin);
		return;
	}
	y->head = y->canon;
	if (!line_local(y, ECHO))
		return;
	echo_erased(o);
	echo_char(o, (char)y->settings.character[VKILL]);
	if (line_local(y, ECHOK))
		output_char(o, '\n');
}

static void
erase(struct output *o, char c)
{
	struct terminal *y = o->terminal;
	uint32_t begin;

	if (y->head == y->canon)
		return;
	if (line_is(y, (unsigned char)c, VKILL))
		erase_line(o);
	else if (!line_is(y, (unsigned char)c, VERASE))
		erase_word(o);
	else if ((begin = character_begin(y)) != y->head)
		erase_one(o, true, begin);
	if (y->head == y->canon && line_local(y, ECHO))
		echo_erased(o);
}

static void
reprint(struct output *o, char c)
{
	struct terminal *y = o->terminal;

	echo_erased(o);
	echo_char(o, c);
	output_char(o, '\n');
	for (uint32_t place = y->canon; place != y->head; place++)
		echo_char(o, *line_at(y, place));
}

static void
literal_next(struct output *o)
{
	struct terminal *y = o->terminal;

	y->literal = true;
	if (!line_local(y, ECHO))
		return;
	echo_erased(o);
	if (line_local(y, ECHOCTL))
		echo_text(o, "^\b");
}

/* What C does to a line.  False: it is part of it. */
static bool
edit(struct output *o, char c)
{
	struct terminal *y = o->terminal;
	unsigned char u = (unsigned char)c;
	bool extended = line_local(y, IEXTEN);

	if (line_is(y, u, VERASE) || line_is(y, u, VKILL) || (extended && line_is(y, u, VWERASE))) {
		erase(o, c);
	} else if (extended && line_is(y, u, VLNEXT)) {
		literal_next(o);
	} else if (extended && line_is(y, u, VREPRINT) && line_local(y, ECHO)) {
		reprint(o, c);
	} else if (c == '\n') {
		if (line_local(y, ECHO) || line_local(y, ECHONL))
			output_char(o, c);
		line_put(y, c, true);
	} else if (line_is(y, u, VEOF)) {
		line_put(y, 0, true);
	} else if (line_is(y, u, VEOL) || (extended && line_is(y, u, VEOL2))) {
		echo_input(o, c);
		line_put(y, c, true);
	} else {
		return false;
	}
	return true;
}

/* --- what is typed ----------------------------------------------------------------------------------------------------------------------- */

static int
signal_of(const struct terminal *y, unsigned char c)
{
	if (!line_local(y, ISIG))
		return 0;
	return line_is(y, c, VINTR) ? SIGINT : line_is(y, c, VQUIT) ? SIGQUIT : line_is(y, c, VSUSP) ? SIGTSTP : 0;
}

static void
typed_signal(struct output *o, int signal, char c)
{
	struct terminal *y = o->terminal;

	if (!line_local(y, NOFLSH)) {
		o->bytes = 0;
		line_flush(y);
	}
	job_signal(y, signal);
	if (line_input(y, IXON))
		output_stop(y, false);
	if (line_local(y, ECHO))
		echo_char(o, c);
}

/* Ctrl-S and Ctrl-Q.  False: C is not one of them. */
static bool
typed_flow(struct terminal *y, unsigned char c)
{
	if (!line_input(y, IXON))
		return false;
	if (line_is(y, c, VSTART))
		output_stop(y, false);
	else if (line_is(y, c, VSTOP))
		output_stop(y, true);
	else
		return false;
	return true;
}

static char
typed_bits(const struct terminal *y, char c)
{
	if (line_input(y, ISTRIP))
		c &= 0x7f;
	return line_input(y, IUCLC) && line_local(y, IEXTEN) ? (char)tolower((unsigned char)c) : c;
}

static void
typed_char(struct output *o, char c)
{
	struct terminal *y = o->terminal;
	int signal;

	c = typed_bits(y, c);
	if (y->literal) {
		y->literal = false;
		echo_input(o, c);
		line_put(y, c, false);
		return;
	}
	if (typed_flow(y, (unsigned char)c))
		return;
	signal = signal_of(y, (unsigned char)c);
	if (signal) {
		typed_signal(o, signal, c);
		return;
	}
	if (y->stopped && line_input(y, IXON) && line_input(y, IXANY))
		output_stop(y, false);
	if (c == '\r' && line_input(y, IGNCR))
		return;
	bool newline = c == '\r' && line_input(y, ICRNL);
	if (newline)
		c = '\n';
	else if (c == '\n' && line_input(y, INLCR))
		c = '\r';
	if (line_local(y, ICANON) && edit(o, c))
		return;
	if (newline)
		echo_newline(o);
	else
		echo_input(o, c);
	line_put(y, c, false);
}

void
terminal_input(struct terminal *y, const char *text, uint64_t bytes)
{
	struct output o = { .terminal = y };

	for (uint64_t i = 0; i < bytes; i++) {
		bool full = y->head - y->tail >= LINE_MOST;
		if (full && (!line_local(y, ICANON) || y->canon != y->tail))
			break;
		y->head -= full;
		typed_char(&o, text[i]);
	}
	output_end(&o);
}

/* --- what is read ------------------------------------------------------------------------------------------------------------------------- */

uint32_t
line_ready(const struct terminal *y, bool poll)
{
	uint32_t ready = y->canon - y->tail, least = y->settings.character[VMIN];

	if (poll && !line_local(y, ICANON) && !y->settings.character[VTIME] && ready < least)
		return 0;
	return ready;
}

static int
take(struct terminal *y, struct user_data *d, uint32_t bytes)
{
	uint32_t first = LINE_INPUT - y->tail % LINE_INPUT;
	int error = data_put(d, line_at(y, y->tail), bytes < first ? bytes : first);

	if (!error && bytes > first)
		error = data_put(d, y->text, bytes - first);
	if (error)
		return error;
	y->tail += bytes;
	wait_wake(&y->master_writable);
	return 0;
}

/* One line, or as much of it as is wanted.  What ended the input is not read, but goes with what is before it, also if that filled the buffer. */
static int64_t
take_line(struct terminal *y, struct user_data *d)
{
	uint32_t most = y->canon - y->tail, bytes = 0;
	bool found = false, end;

	while (bytes < most && bytes < d->left && !found)
		found = ends_at(y, y->tail + bytes++);
	end = found && !*line_at(y, y->tail + bytes - 1);
	bytes -= end;
	end = end || (!found && bytes < most && ends_at(y, y->tail + bytes) && !*line_at(y, y->tail + bytes));
	int error = take(y, d, bytes);
	if (error)
		return error;
	y->tail += end;
	return bytes;
}

int64_t
line_take(struct terminal *y, struct user_data *d)
{
	uint32_t ready = y->canon - y->tail;

	if (line_local(y, ICANON))
		return take_line(y, d);
	if (ready > d->left)
		ready = (uint32_t)d->left;
	int error = take(y, d, ready);
	return error ? error : (int64_t)ready;
}

/* Between the two modes what is there stays: it is one line, or characters. */
void
line_changed(struct terminal *y, const struct line_settings *before)
{
	if (line_input(y, IXON) < !!(before->input & IXON))
		output_stop(y, false);
	if (!((before->local ^ y->settings.local) & ICANON))
		return;
	memset(y->ends, 0, sizeof(y->ends));
	y->canon = y->head;
	if (y->head != y->tail)
		end_set(y, y->head - 1, true);
	y->erasing = y->literal = false;
	wait_wake(&y->readable);
}
