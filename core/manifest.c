/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The manifest's reader: see <janus/manifest.h>.  A line is split into words inside program->text, where unquoting only ever
 * makes it shorter; then the words are sorted into name, path, arguments and settings.
 */
#include <stdbool.h>
#include <janus/manifest.h>

struct word {
	char *text;
	bool setting;			/* has a = outside of quotes */
};

static enum status
wrong(struct manifest *m, const char *word, const char *problem)
{
	m->problem = problem;
	m->word = word;
	return ERR_BAD_VALUE;
}

static bool
same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Copy the next line to LINE, terminated, and step over it. */
static enum status
line_read(struct manifest *m, char line[MANIFEST_LINE_LIMIT + 1])
{
	size_t length = 0;

	m->line++;
	while (m->next < m->bytes && m->text[m->next] != '\n') {
		char c = m->text[m->next++];
		if (length == MANIFEST_LINE_LIMIT)
			return wrong(m, "", "the line is longer than 1024 bytes");
		if ((unsigned char)c < ' ' && !is_blank(c))
			return wrong(m, "", "the line has a control character");
		line[length++] = c;
	}
	m->next += m->next < m->bytes;
	line[length] = '\0';
	return OK;
}

/*
 * Take the next word from *AT, which is moved behind it; word->text is NULL at the line's end.  The word is unquoted in place,
 * so its terminator can fall on the blank or # that ends it: what that was is looked at first.
 */
static enum status
word_read(struct manifest *m, char **at, struct word *word)
{
	char *from = *at, *to;
	bool quoted = false;

	*word = (struct word){ 0 };
	while (is_blank(*from))
		from++;
	*at = from;
	if (!*from || *from == '#')
		return OK;
	word->text = to = from;
	for (; *from && (quoted || (!is_blank(*from) && *from != '#')); from++) {
		if (*from == '"') {
			quoted = !quoted;
			continue;
		}
		word->setting |= *from == '=' && !quoted;
		*to++ = *from;
	}
	if (quoted)
		return wrong(m, "", "a double quote is not closed");
	*at = is_blank(*from) ? from + 1 : from;
	if (*from == '#')
		**at = '\0';
	*to = '\0';
	return OK;
}

static bool
is_key_character(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && ((c >= '0' && c <= '9') || c == '-'));
}

static enum status
setting_add(struct manifest *m, struct manifest_program *p, char *text)
{
	char *end = text;

	while (is_key_character(*end, end == text))
		end++;
	if (end == text || *end != '=')
		return wrong(m, text, "is no key=value; quote an argument that contains =");
	if (p->settings == MANIFEST_WORDS)
		return wrong(m, text, "is one key=value too many: 64 fit");
	*end = '\0';
	if (manifest_setting(p, text))
		return wrong(m, text, "is set twice");
	p->key[p->settings] = text;
	p->value[p->settings++] = end + 1;
	return OK;
}

static enum status
argument_add(struct manifest *m, struct manifest_program *p, char *text)
{
	if (p->settings)
		return wrong(m, text, "is an argument after key=value");
	if (p->arguments == MANIFEST_WORDS)
		return wrong(m, text, "is one argument too many: 64 fit");
	p->argument[p->arguments++] = text;
	return OK;
}

/* The words of a line that begins with the word program. */
static enum status
program_read(struct manifest *m, struct manifest_program *p, char *at)
{
	enum status status;
	struct word word;

	for (unsigned n = 0;; n++) {
		status = word_read(m, &at, &word);
		if (status)
			return status;
		if (n < 2 && (!word.text || !*word.text || word.setting))
			return wrong(m, "", "a program needs a name and a path");
		if (!word.text)
			return OK;
		if (n == 0)
			p->name = word.text;
		else if (n == 1)
			p->path = word.text;
		else
			status = word.setting ? setting_add(m, p, word.text) : argument_add(m, p, word.text);
		if (status)
			return status;
	}
}

void
manifest_open(struct manifest *m, const char *text, size_t bytes)
{
	*m = (struct manifest){ .text = text, .bytes = bytes, .word = "" };
}

enum status
manifest_next(struct manifest *m, struct manifest_program *p)
{
	while (m->next < m->bytes) {
		char *at = p->text;
		struct word word;
		enum status status = line_read(m, p->text);

		p->arguments = p->settings = 0;
		if (!status)
			status = word_read(m, &at, &word);
		if (status)
			return status;
		if (!word.text)
			continue;
		if (!same(word.text, "program"))
			return wrong(m, word.text, "is not a kind of line: only program is");
		return program_read(m, p, at);
	}
	return ERR_NOT_FOUND;
}

const char *
manifest_setting(const struct manifest_program *p, const char *key)
{
	for (unsigned i = 0; i < p->settings; i++) {
		if (same(p->key[i], key))
			return p->value[i];
	}
	return NULL;
}
