/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot archive's reader: see <janus/archive.h>.  Offsets only grow, and each is checked against the end before it is used. */
#include <stdbool.h>
#include <janus/archive.h>

#define HEADER_BYTES	110
#define MAGIC_BYTES	6
#define FIELD_DIGITS	8
#define MODE_KIND	0170000
#define MODE_REGULAR	0100000

enum field { FIELD_MODE = 1, FIELD_BYTES = 6, FIELD_NAME_BYTES = 11, FIELDS = 13 };

static size_t
align4(size_t offset)
{
	return (offset + 3) & ~(size_t)3;
}

/* Text without what does not tell names apart. */
static const char *
name_start(const char *name)
{
	for (;;) {
		if (name[0] == '/')
			name++;
		else if (name[0] == '.' && name[1] == '/')
			name += 2;
		else
			return name;
	}
}

static bool
name_same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static int
digit_value(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 'a' - 'A';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
read_fields(const unsigned char *header, uint32_t field[FIELDS])
{
	const unsigned char *digit = header + MAGIC_BYTES;

	for (unsigned i = 0; i < FIELDS; i++) {
		field[i] = 0;
		for (unsigned n = 0; n < FIELD_DIGITS; n++) {
			int value = digit_value(*digit++);
			if (value < 0)
				return false;
			field[i] = field[i] << 4 | (uint32_t)value;
		}
	}
	return true;
}

/* The name of BYTES bytes at NAME has its only terminator at the end. */
static bool
name_is_terminated(const unsigned char *name, size_t bytes)
{
	size_t length = 0;

	while (length < bytes && name[length])
		length++;
	return length + 1 == bytes;
}

static enum status
damaged(struct archive *archive, const char *problem)
{
	archive->problem = problem;
	return ERR_BAD_VALUE;
}

void
archive_open(struct archive *archive, const void *base, size_t bytes)
{
	*archive = (struct archive){ .base = base, .bytes = bytes };
}

enum status
archive_next(struct archive *archive, struct archive_file *file)
{
	const unsigned char *header = archive->base + archive->next;
	size_t left = archive->bytes - archive->next;
	uint32_t field[FIELDS];

	if (left < HEADER_BYTES)
		return damaged(archive, "it ends without its last member, TRAILER!!!");
	if (__builtin_memcmp(header, "070701", MAGIC_BYTES))
		return damaged(archive, "there is no newc cpio header");
	if (!read_fields(header, field))
		return damaged(archive, "a header field is not hexadecimal");

	size_t name_bytes = field[FIELD_NAME_BYTES];
	if (name_bytes > ARCHIVE_NAME_LIMIT)
		return damaged(archive, "a name is longer than 255 bytes");
	if (name_bytes > left - HEADER_BYTES)
		return damaged(archive, "it ends inside a name");
	if (!name_is_terminated(header + HEADER_BYTES, name_bytes))
		return damaged(archive, "a name does not end where it should");

	const char *name = name_start((const char *)header + HEADER_BYTES);
	if (name_same(name, "TRAILER!!!"))
		return ERR_NOT_FOUND;
	size_t data = align4(HEADER_BYTES + name_bytes);
	if (data > left || field[FIELD_BYTES] > left - data)
		return damaged(archive, "it ends inside a file");
	*file = (struct archive_file){ name, header + data, field[FIELD_BYTES], field[FIELD_MODE] };

	size_t member = align4(data + field[FIELD_BYTES]);
	archive->next += member < left ? member : left;
	return OK;
}

enum status
archive_find(struct archive *archive, const char *name, struct archive_file *file)
{
	enum status status;

	archive->next = 0;
	name = name_start(name);
	while ((status = archive_next(archive, file)) == OK) {
		if ((file->mode & MODE_KIND) == MODE_REGULAR && name_same(file->name, name))
			break;
	}
	return status;
}
