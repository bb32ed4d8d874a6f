/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console: owner of the serial port and of the line discipline.  Its clients reach it by channels (<exo/channel.h>).
 *
 * What clients write is shown a line at a time, so that lines do not mix; the client that has the keyboard sees what it wrote at once, prompts
 * included.  Lines that are typed go to that client; Ctrl-T gives the keyboard to the next.
 */
#include <stdlib.h>
#include <string.h>
#include <exo/channel.h>
#include <exo/entries.h>
#include <exo/init.h>
#include <exo/stubs.h>
#include <exo/wait.h>
#include "line.h"
#include "uart.h"

#define CLIENTS		64		/* as many as a manifest can make */
#define TURN		64		/* words of one client before the next has its turn */
#define NEXT_CLIENT	('T' - '@')

struct client {
	struct channel channel;
	char text[LINE_BYTES];		/* of a line that is not complete */
	size_t length;
	bool broken;			/* it lied about its queues */
};

static struct client client[CLIENTS];
static unsigned clients, keyboard;
static struct line line;

/* --- from clients to the port ------------------------------------------------------------------------------------------- */

static void
show(struct client *c)
{
	uart_put(c->text, c->length);
	c->length = 0;
}

static void
client_text(struct client *c, uint64_t word)
{
	char text[TEXT_WORD];
	size_t bytes = word_text(word, text);

	for (size_t i = 0; i < bytes; i++) {
		if (text[i] == '\n')
			c->text[c->length++] = '\r';
		c->text[c->length++] = text[i];
		if (text[i] == '\n' || c->length >= LINE_BYTES - 2)
			show(c);
	}
}

/* True: there may be more. */
static bool
client_serve(struct client *c)
{
	enum status status = OK;
	uint64_t word;

	for (int i = 0; i < TURN && !c->broken; i++) {
		status = channel_poll(&c->channel, &word);
		if (status)
			break;
		if (word == TEXT_FLUSH) {
			show(c);
			channel_answer(&c->channel, TEXT_FLUSH);
		} else {
			client_text(c, word);
		}
	}
	c->broken |= status == ERR_BAD_VALUE;
	if (status == ERR_NOT_FOUND && c == &client[keyboard])
		show(c);
	return !status && !c->broken;
}

/* --- from the keyboard to a client ---------------------------------------------------------------------------------------- */

/* A line that its client has no room for is lost, as one that nobody reads. */
static void
line_send(struct client *c)
{
	if (!line.length)
		channel_answer(&c->channel, 0);
	for (size_t at = 0; at < line.length; at += TEXT_WORD)
		channel_answer(&c->channel, text_word(line.text + at, line.length - at));
	line.length = 0;
}

static void
typed(char c)
{
	if (c == NEXT_CLIENT) {
		keyboard = (keyboard + 1) % clients;
		return;
	}
	bool complete = line_type(&line, c);
	uart_put(line.echo, line.echoes);
	if (complete)
		line_send(&client[keyboard]);
}

/* --- start ------------------------------------------------------------------------------------------------------------------ */

/* Where the manifest gives it no port, it writes by the kernel's console, and there is no keyboard. */
static void
port_begin(void)
{
	const char *port = init_setting("port");
	struct page_token line = init_capability("irq");

	if (port && line.payload && !call_irq_attach(line.payload, line.mac))
		uart_begin(init_capability("ports"), (unsigned)strtoul(port, NULL, 0));
}

static void
begin(void)
{
	const char *number = init_setting("clients");

	clients = number ? (unsigned)strtoul(number, NULL, 0) : 0;
	for (unsigned i = 0; i < clients && i < CLIENTS; i++)
		channel_service(&client[i].channel, (void *)(INIT_CLIENTS + i * CHANNEL_PAGES * 4096ul));
	if (clients > CLIENTS || call_entry_queue(ENTRIES_MAX))
		exit(EXIT_FAILURE);
	port_begin();
}

/* What woke it is taken before it looks: what comes while it looks is there to be taken afterwards. */
static void
wakers_take(void)
{
	uint64_t w[6], left;

	while (!call_entry_take(&w[0], &w[1], &w[2], &w[3], &w[4], &w[5]))
		;
	while (!call_interrupt_take(&w[0], &left))
		;
}

int
main(void)
{
	uint64_t reason;
	char c;

	begin();
	for (;;) {
		bool more = false;

		wakers_take();
		while (uart_get(&c))
			typed(c);
		for (unsigned i = 0; i < clients; i++)
			more |= client_serve(&client[i]);
		if (!more)
			call_wait(0, 0, WAIT_FOREVER, &reason);
	}
}
