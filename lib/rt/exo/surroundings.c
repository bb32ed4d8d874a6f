/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program's surroundings: what init gave it.  Console and end of the program are init's; the first program, which nobody started, has the kernel's.
 */
#include <stdlib.h>
#include <exo/init.h>
#include <exo/load.h>
#include <exo/stubs.h>
#include <exo/wait.h>
#include <janus/rt.h>

#define INIT	((volatile struct init_page *)INIT_PAGE)

const char *
init_setting(const char *key)
{
	return rt_environment ? setting_find(rt_environment, key) : NULL;
}

struct page_token
init_capability(const char *key)
{
	const char *setting = init_setting(key);
	struct page_token token = { 0 };
	char *at;

	if (setting) {
		token.payload = strtoull(setting, &at, 0);
		token.mac = strtoull(at + 1, NULL, 0);
	}
	return token;
}

enum status
init_ask(enum init_request request, uint64_t word, uint64_t *value)
{
	const char *init = init_setting("init");
	uint64_t answers, reason;

	if (!init)
		return ERR_NOT_FOUND;
	answers = INIT->answers;
	enum status status;
	while ((status = call_transfer_later(strtoull(init, NULL, 0), request, word, 0, 0)) == ERR_LIMIT)
		call_yield();			/* others have filled its queue */
	while (!status && request != REQUEST_END && INIT->answers == answers)
		status = call_wait((uintptr_t)&INIT->answers, answers, WAIT_FOREVER, &reason);
	if (!status && value)
		*value = INIT->value;
	return status ? status : (enum status)INIT->status;
}

/* The setting is the address of the channel, and that of the word with the service's name. */
enum status
init_channel(struct channel *c, const char *name)
{
	const char *setting = init_setting(name);
	char *at;

	if (!setting)
		return ERR_NOT_FOUND;
	void *pages = (void *)strtoull(setting, &at, 0);
	channel_client(c, pages, (const uint64_t *)strtoull(at + 1, NULL, 0));
	return OK;
}

/* With a program called "console" among those that it uses, text goes there. */
static struct channel *
console(void)
{
	static struct channel channel;

	return channel.service || !init_channel(&channel, "console") ? &channel : NULL;
}

void
console_write(const char *text, size_t bytes)
{
	struct channel *c = console();

	if (!c) {
		log_write(text, bytes);
		return;
	}
	for (; bytes > TEXT_WORD; text += TEXT_WORD, bytes -= TEXT_WORD)
		if (channel_send(c, text_word(text, TEXT_WORD)))
			return;
	channel_send(c, text_word(text, bytes));
}

size_t
console_read(char *text, size_t bytes)
{
	struct channel *c = console();
	size_t length = 0;
	uint64_t word;

	while (c && length + TEXT_WORD <= bytes && !channel_receive(c, &word) && word) {
		length += word_text(word, text + length);
		if (text[length - 1] == '\n')
			break;
	}
	return length;
}

/* Until what was written has been shown; what is typed meanwhile has no reader any more. */
static void
console_flush(void)
{
	struct channel *c = console();
	uint64_t word = 0;

	if (c && !channel_send(c, TEXT_FLUSH))
		while (word != TEXT_FLUSH && !channel_receive(c, &word))
			;
}

void
program_end(int code)
{
	console_flush();
	if (init_ask(REQUEST_END, (uint64_t)code, NULL) == ERR_NOT_FOUND)
		call_machine_exit((uint64_t)code);
}
