/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot archive's reader: sound archives, and every way of damaging one that it must notice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <janus/archive.h>
#include "test.h"

extern const struct operations ops_archive;

#define MODE_FILE	0100644u
#define MODE_FOLDER	040755u

struct image {
	unsigned char bytes[8192];
	size_t length;
};

static void
image_pad(struct image *image)
{
	while (image->length % 4)
		image->bytes[image->length++] = 0;
}

/* A member whose header says NAME_BYTES and DATA_BYTES, whatever they really are. */
static void
image_add_raw(struct image *image, unsigned mode, const char *name, unsigned name_bytes, const char *data, unsigned data_bytes)
{
	char header[111];

	snprintf(header, sizeof(header), "070701%08x%08x%08x%08x%08x%08x%08X%08x%08x%08x%08x%08x%08x",
		 1, mode, 0, 0, 1, 0, data_bytes, 0, 0, 0, 0, name_bytes, 0);
	memcpy(image->bytes + image->length, header, 110);
	image->length += 110;
	memcpy(image->bytes + image->length, name, strlen(name) + 1);
	image->length += strlen(name) + 1;
	image_pad(image);
	memcpy(image->bytes + image->length, data, strlen(data));
	image->length += strlen(data);
	image_pad(image);
}

static void
image_add(struct image *image, unsigned mode, const char *name, const char *data)
{
	image_add_raw(image, mode, name, strlen(name) + 1, data, strlen(data));
}

static struct image
image_sound(void)
{
	struct image image = { .length = 0 };

	image_add(&image, MODE_FOLDER, "bin", "");
	image_add(&image, MODE_FILE, "./bin/hello", "hello, world");
	image_add(&image, MODE_FILE, "empty", "");
	image_add(&image, MODE_FILE, "/manifest", "program hello bin/hello\n");
	image_add(&image, 0, "TRAILER!!!", "");
	return image;
}

/* A copy of the first BYTES bytes with nothing readable behind them. */
static unsigned char *
exact(const struct image *image, size_t bytes)
{
	unsigned char *copy = malloc(bytes ? bytes : 1);

	memcpy(copy, image->bytes, bytes);
	return copy;
}

static enum status
walk(struct archive *archive)
{
	struct archive_file file;
	enum status status;

	while ((status = archive_next(archive, &file)) == OK) {
		assert_in_range(strlen(file.name), 0, ARCHIVE_NAME_LIMIT);
		if (file.bytes)
			(void)*(volatile const unsigned char *)(file.data + file.bytes - 1);
	}
	return status;
}

static void
expect_problem(const struct image *image, const char *problem)
{
	struct archive archive;
	unsigned char *copy = exact(image, image->length);

	archive_open(&archive, copy, image->length);
	assert_int_equal(walk(&archive), ERR_BAD_VALUE);
	assert_string_equal(archive.problem, problem);
	free(copy);
}

static void
members_come_in_order(void **state)
{
	static const char *const names[] = { "bin", "bin/hello", "empty", "manifest" };
	struct image image = image_sound();
	struct archive_file file;
	struct archive archive;

	archive_open(&archive, image.bytes, image.length);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_equal(archive_next(&archive, &file), OK);
		assert_string_equal(file.name, names[i]);
	}
	assert_int_equal(archive_next(&archive, &file), ERR_NOT_FOUND);
	assert_int_equal(archive_next(&archive, &file), ERR_NOT_FOUND);
}

static void
files_are_found_by_name(void **state)
{
	struct image image = image_sound();
	struct archive_file file;
	struct archive archive;

	archive_open(&archive, image.bytes, image.length);
	assert_int_equal(archive_find(&archive, "bin/hello", &file), OK);
	assert_int_equal(file.bytes, 12);
	assert_memory_equal(file.data, "hello, world", 12);
	assert_int_equal(file.mode, MODE_FILE);
	assert_int_equal(archive_find(&archive, "/bin/hello", &file), OK);
	assert_int_equal(archive_find(&archive, "././/bin/hello", &file), OK);
	assert_int_equal(archive_find(&archive, "empty", &file), OK);
	assert_int_equal(file.bytes, 0);
	assert_int_equal(archive_find(&archive, "manifest", &file), OK);
	assert_int_equal(archive_find(&archive, "bin", &file), ERR_NOT_FOUND);
	assert_int_equal(archive_find(&archive, "bin/hell", &file), ERR_NOT_FOUND);
	assert_int_equal(archive_find(&archive, "bin/hello2", &file), ERR_NOT_FOUND);
	assert_int_equal(archive_find(&archive, "TRAILER!!!", &file), ERR_NOT_FOUND);
	assert_int_equal(archive_find(&archive, "", &file), ERR_NOT_FOUND);
}

static void
cut_anywhere_is_noticed(void **state)
{
	struct image image = image_sound();
	size_t end = image.length;	/* of the last name: padding follows, which nobody needs */

	while (image.bytes[end - 1] == '\0')
		end--;
	end++;
	for (size_t bytes = 0; bytes <= image.length; bytes++) {
		unsigned char *copy = exact(&image, bytes);
		struct archive archive;
		archive_open(&archive, copy, bytes);
		assert_int_equal(walk(&archive), bytes < end ? ERR_BAD_VALUE : ERR_NOT_FOUND);
		free(copy);
	}
}

static void
damage_is_named(void **state)
{
	struct image image = image_sound();

	image.bytes[0] = '1';
	expect_problem(&image, "there is no newc cpio header");
	image = image_sound();
	image.bytes[20] = 'g';
	expect_problem(&image, "a header field is not hexadecimal");
	image = image_sound();
	image.bytes[110] = '\0';
	expect_problem(&image, "a name does not end where it should");
	image = image_sound();
	image.length = 0;
	expect_problem(&image, "it ends without its last member, TRAILER!!!");
}

static void
sizes_that_lie(void **state)
{
	static const struct {
		unsigned name_bytes, data_bytes;
		const char *problem;
	} cases[] = {
		{ 5, 0xffffffff, "it ends inside a file" },
		{ 5, 0x7fffffff, "it ends inside a file" },
		{ 5, 9, "it ends inside a file" },
		{ 0xffffffff, 4, "a name is longer than 255 bytes" },
		{ 257, 4, "a name is longer than 255 bytes" },
		{ 200, 4, "it ends inside a name" },
		{ 0, 4, "a name does not end where it should" },
		{ 4, 4, "a name does not end where it should" },
		{ 6, 4, "a name does not end where it should" },
		{ 5, 1, "there is no newc cpio header" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct image image = { .length = 0 };
		image_add_raw(&image, MODE_FILE, "file", cases[i].name_bytes, "dataDATA", cases[i].data_bytes);
		if (cases[i].data_bytes == 1)
			image_add(&image, 0, "TRAILER!!!", "");
		expect_problem(&image, cases[i].problem);
	}
}

static void
long_names(void **state)
{
	struct image image = { .length = 0 };
	struct archive_file file;
	struct archive archive;
	char name[ARCHIVE_NAME_LIMIT];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	image_add(&image, MODE_FILE, name, "x");
	image_add(&image, 0, "TRAILER!!!", "");
	archive_open(&archive, image.bytes, image.length);
	assert_int_equal(archive_find(&archive, name, &file), OK);
	assert_int_equal(file.bytes, 1);
}

/* Every byte of a sound archive replaced by every value: whatever comes out, nothing outside is read (the sanitizer watches). */
static void
any_byte_changed(void **state)
{
	struct image image = image_sound();
	unsigned char *copy = exact(&image, image.length);
	unsigned noticed = 0;

	for (size_t at = 0; at < image.length; at++) {
		for (unsigned value = 0; value < 256; value++) {
			struct archive archive;
			copy[at] = value;
			archive_open(&archive, copy, image.length);
			noticed += walk(&archive) == ERR_BAD_VALUE;
		}
		copy[at] = image.bytes[at];
	}
	assert_true(noticed > 256 * 8);
	free(copy);
}

static void
stored_finds(void **state)
{
	operations_corpus(&ops_archive);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_come_in_order),
		cmocka_unit_test(files_are_found_by_name),
		cmocka_unit_test(cut_anywhere_is_noticed),
		cmocka_unit_test(damage_is_named),
		cmocka_unit_test(sizes_that_lie),
		cmocka_unit_test(long_names),
		cmocka_unit_test(any_byte_changed),
		cmocka_unit_test(stored_finds),
	};

	return test_main("archive", tests, ARRAY_SIZE(tests));
}
