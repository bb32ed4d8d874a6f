/* SPDX-License-Identifier: BSD-2-Clause */
/* Output of a terminal: to the console, or where a pseudo terminal's master reads.  What there is no room for is lost; who writes sees to that before. */
#include "line.h"
#include "ring.h"

uint32_t
output_room(const struct terminal *y)
{
	return y->pseudo ? ring_left(&y->output) : UINT32_MAX;
}

void
output_end(struct output *o)
{
	struct terminal *y = o->terminal;

	if (!o->bytes)
		return;
	if (y->pseudo) {
		ring_write(&y->output, o->text, o->bytes);
		wait_wake(&y->master_readable);
	} else {
		host_console_write(o->text, o->bytes);
	}
	o->bytes = 0;
}

void
output_raw(struct output *o, char c)
{
	if (o->bytes == OUTPUT_CHUNK)
		output_end(o);
	o->text[o->bytes++] = c;
}

static void
output_newline(struct output *o)
{
	struct terminal *y = o->terminal;

	if (line_output(y, ONLRET) || line_output(y, ONLCR))
		y->column = 0;
	if (line_output(y, ONLCR))
		output_raw(o, '\r');
	y->canon_column = y->column;
	output_raw(o, '\n');
}

static void
output_return(struct output *o)
{
	struct terminal *y = o->terminal;

	if (line_output(y, ONOCR) && !y->column)
		return;
	if (line_output(y, OCRNL)) {
		if (line_output(y, ONLRET))
			y->canon_column = y->column = 0;
		output_raw(o, '\n');
		return;
	}
	y->canon_column = y->column = 0;
	output_raw(o, '\r');
}

static void
output_tab(struct output *o)
{
	struct terminal *y = o->terminal;
	unsigned spaces = OUTPUT_MOST - y->column % OUTPUT_MOST;

	y->column += spaces;
	if ((y->settings.output & TABDLY) != XTABS)
		output_raw(o, '\t');
	else while (spaces--)
		output_raw(o, ' ');
}

void
output_char(struct output *o, char c)
{
	struct terminal *y = o->terminal;

	if (!line_output(y, OPOST)) {
		output_raw(o, c);
	} else if (c == '\n') {
		output_newline(o);
	} else if (c == '\r') {
		output_return(o);
	} else if (c == '\t') {
		output_tab(o);
	} else {
		if (c == '\b')
			y->column -= y->column > 0;
		else if (!iscntrl((unsigned char)c))
			y->column += !line_continues(y, c);
		output_raw(o, line_output(y, OLCUC) ? (char)toupper((unsigned char)c) : c);
	}
}

void
output_stop(struct terminal *y, bool stop)
{
	y->stopped = stop;
	if (!stop)
		wait_wake(&y->writable);
}
