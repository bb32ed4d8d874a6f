/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of the command line.  All are checked once at boot; afterwards option_value only meets good ones. */
#include "check.h"
#include "core/bootinfo.h"
#include "core/log.h"
#include "core/panic.h"
#include "core/string.h"
#include "trace.h"

#define WORD_BYTES	64		/* longest word */

const struct option core_options[] = {
	{ "colours", NULL, 1, 256, "page colours that frames are told apart by: a power of two" },
	{ "console", "kernel|user", 0, 0, "whose the serial port's input, interrupt line and ports are" },
	{ "kmem", NULL, 16, 1ul << 24, "pages donated to the first space's pool at boot" },
	CHECK_OPTION
	TRACE_OPTION
	{ 0 },
};

/* Copy the next word at *AT into WORD; false at the end.  A word that is too long is cut, and then is no option. */
static bool
word_next(const char **at, char word[WORD_BYTES])
{
	const char *s = *at;
	size_t length = 0;

	while (*s == ' ' || *s == '\t' || *s == '\n')
		s++;
	if (!*s)
		return false;
	for (; *s && *s != ' ' && *s != '\t' && *s != '\n'; s++)
		if (length < WORD_BYTES - 1)
			word[length++] = *s >= ' ' && *s < 0x7f ? *s : '?';	/* it may be shown on a terminal */
	word[length] = '\0';
	*at = s;
	return true;
}

/* The value part of WORD when its key is KEY ("" without one), else NULL. */
static const char *
word_value(const char *word, const char *key)
{
	size_t length = string_length(key);

	if (!string_begins(word, key, length))
		return NULL;
	if (word[length] == '=')
		return word + length + 1;
	return word[length] ? NULL : word + length;
}

static bool
number_read(const char *text, u64 *number)
{
	u64 value = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || value > (~0ul - 9) / 10)
			return false;
		value = value * 10 + (*text - '0');
	}
	*number = value;
	return true;
}

/* The place of TEXT among the words of VALUES, which | separates. */
static bool
choice_read(const char *text, const char *values, u64 *number)
{
	size_t length = 0;

	while (text[length] && text[length] != '|')
		length++;
	if (!length || text[length])
		return false;
	for (*number = 0; ; (*number)++) {
		if (string_begins(values, text, length) && (values[length] == '|' || !values[length]))
			return true;
		while (*values && *values != '|')
			values++;
		if (!*values++)
			return false;
	}
}

static bool
value_read(const struct option *o, const char *text, u64 *number)
{
	if (o->values)
		return choice_read(text, o->values, number);
	if (!o->maximum) {
		*number = 1;
		return !*text;
	}
	return number_read(text, number) && *number >= o->minimum && *number <= o->maximum;
}

static const struct option *
option_find(const struct option *list, const char *word, const char **value)
{
	for (; list->key; list++)
		if ((*value = word_value(word, list->key)))
			return list;
	return NULL;
}

static const struct option *
option_of(const char *word, const char **value)
{
	const struct option *o = option_find(core_options, word, value);

	return o ? o : option_find(personality_options, word, value);
}

static void
options_list(const struct option *o)
{
	for (; o->key; o++)
		if (o->values)
			log_line("  %s=%s  %s", o->key, o->values, o->meaning);
		else if (o->maximum)
			log_line("  %s=N  %s (%lu to %lu)", o->key, o->meaning, o->minimum, o->maximum);
		else
			log_line("  %s  %s", o->key, o->meaning);
}

static void NORETURN
options_refuse(const char *word, const char *what)
{
	log_line("options are:");
	options_list(core_options);
	options_list(personality_options);
	boot_refuse("command line: %s '%s'; use the options above", what, word);
}

void
options_check(void)
{
	const char *at = bootinfo.command_line, *value;
	char word[WORD_BYTES];
	u64 number;

	while (word_next(&at, word)) {
		const struct option *o = option_of(word, &value);

		if (!o)
			options_refuse(word, "unknown option");
		if (!value_read(o, value, &number))
			options_refuse(word, "no such value:");
	}
}

u64
option_value(const char *key, u64 otherwise)
{
	const char *at = bootinfo.command_line, *value;
	char word[WORD_BYTES];

	while (word_next(&at, word))
		if (word_value(word, key)) {
			const struct option *o = option_of(word, &value);

			if (!o || !value_read(o, value, &otherwise))
				options_refuse(word, "no such value:");
		}
	return otherwise;
}
