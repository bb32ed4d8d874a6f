/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console: owner of the serial port and of the line discipline.  Its clients reach it by channels (<exo/channel.h>).
 *
 * What clients write is shown a line at a time, so that lines do not mix; the client that has the keyboard sees what it wrote at once, prompts
 * included.  Lines that are typed go to that client; Ctrl-T gives the keyboard to the next.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <exo/channel.h>
#include <exo/entries.h>
#include <exo/init.h>
#include <exo/stubs.h>
#include <exo/wait.h>
#include "line.h"
#include "uart.h"

#define CLIENTS		16
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

static struct page_token
token_setting(const char *key)
{
	const char *text = init_setting(key);
	struct page_token token = { 0 };
	char *at;

	if (!text) {
		printf("console: the manifest has no setting %s for it\n", key);
		exit(EXIT_FAILURE);
	}
	token.payload = strtoull(text, &at, 0);
	token.mac = strtoull(at + 1, NULL, 0);
	return token;
}

static void
begin(void)
{
	struct page_token ports = token_setting("ports"), irq = token_setting("irq");

	clients = (unsigned)strtoul(init_setting("clients"), NULL, 0);
	for (unsigned i = 0; i < clients; i++)
		channel_service(&client[i].channel, (void *)(INIT_CLIENTS + i * CHANNEL_PAGES * 4096ul));
	if (call_entry_queue(ENTRIES_MAX) || call_irq_attach(irq.payload, irq.mac)) {
		printf("console: no entries or no interrupts\n");
		exit(EXIT_FAILURE);
	}
	uart_begin(ports, (unsigned)strtoul(init_setting("port"), NULL, 0));
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
