/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's printf: what messages need, and no more. */
#include "core/log.h"
#include "core/string.h"

struct output {
	char *buffer;
	size_t room;			/* characters that it takes */
	size_t length;			/* of all, also of what finds no room */
};

struct conversion {
	bool left, zero, alternate, sign;
	unsigned width;
	unsigned longs;			/* 0: int; 1 and more: 64 bits */
};

static void
put(struct output *o, char c)
{
	if (o->length < o->room)
		o->buffer[o->length] = c;
	o->length++;
}

static void
put_padding(struct output *o, unsigned count, char c)
{
	while (count--)
		put(o, c);
}

/* TEXT after PREFIX, in a field of WIDTH; zeros go between the two. */
static void
put_field(struct output *o, const struct conversion *c, const char *prefix, const char *text, size_t length)
{
	size_t prefix_length = string_length(prefix);
	size_t padding = c->width > prefix_length + length ? c->width - prefix_length - length : 0;

	if (!c->left && !c->zero)
		put_padding(o, padding, ' ');
	while (*prefix)
		put(o, *prefix++);
	if (!c->left && c->zero)
		put_padding(o, padding, '0');
	for (size_t i = 0; i < length; i++)
		put(o, text[i]);
	if (c->left)
		put_padding(o, padding, ' ');
}

static void
put_number(struct output *o, const struct conversion *c, u64 value, unsigned base, const char *prefix)
{
	char digits[24];
	char *first = digits + sizeof(digits);

	do
		*--first = "0123456789abcdef"[value % base];
	while (value /= base);
	put_field(o, c, prefix, first, digits + sizeof(digits) - first);
}

static void
put_signed(struct output *o, const struct conversion *c, long value)
{
	if (value < 0)
		put_number(o, c, 0 - (u64)value, 10, "-");
	else
		put_number(o, c, value, 10, c->sign ? "+" : "");
}

static void
put_string(struct output *o, const struct conversion *c, const char *text)
{
	struct conversion spaces = *c;

	if (!text)
		text = "(null)";
	spaces.zero = false;
	put_field(o, &spaces, "", text, string_length(text));
}

/* Flags, width and length of the conversion at F; returns the conversion character. */
static const char *
conversion_read(const char *f, struct conversion *c)
{
	*c = (struct conversion){ 0 };
	for (;; f++) {
		if (*f == '-')
			c->left = true;
		else if (*f == '0')
			c->zero = true;
		else if (*f == '#')
			c->alternate = true;
		else if (*f == '+')
			c->sign = true;
		else
			break;
	}
	for (; *f >= '0' && *f <= '9'; f++)
		c->width = c->width * 10 + (*f - '0');
	for (; *f == 'l' || *f == 'z'; f++)
		c->longs++;
	return f;
}

static void
put_conversion(struct output *o, const struct conversion *c, char kind, va_list *arguments)
{
	char character;

	switch (kind) {
	case 'd':
	case 'i':
		put_signed(o, c, c->longs ? va_arg(*arguments, long) : va_arg(*arguments, int));
		break;
	case 'u':
		put_number(o, c, c->longs ? va_arg(*arguments, u64) : va_arg(*arguments, u32), 10, "");
		break;
	case 'x':
		put_number(o, c, c->longs ? va_arg(*arguments, u64) : va_arg(*arguments, u32), 16, c->alternate ? "0x" : "");
		break;
	case 'p':
		put_number(o, c, (u64)va_arg(*arguments, void *), 16, "0x");
		break;
	case 's':
		put_string(o, c, va_arg(*arguments, const char *));
		break;
	case 'c':
		character = va_arg(*arguments, int);
		put_field(o, c, "", &character, 1);
		break;
	default:
		put(o, kind);		/* %%, and what this does not know shows itself */
		break;
	}
}

int
format_list(char *buffer, size_t size, const char *f, va_list arguments)
{
	struct output o = { .buffer = buffer, .room = size ? size - 1 : 0 };
	struct conversion c;
	va_list list;

	va_copy(list, arguments);
	for (; *f; f++) {
		if (*f != '%') {
			put(&o, *f);
			continue;
		}
		f = conversion_read(f + 1, &c);
		if (!*f)
			break;
		put_conversion(&o, &c, *f, &list);
	}
	va_end(list);
	if (size)
		buffer[o.length < o.room ? o.length : o.room] = '\0';
	return o.length;
}

int
format(char *buffer, size_t size, const char *f, ...)
{
	va_list arguments;

	va_start(arguments, f);
	int length = format_list(buffer, size, f, arguments);
	va_end(arguments);
	return length;
}
