/* SPDX-License-Identifier: BSD-2-Clause */
/* Content of files, against a plain array; places, sizes, holes; what happens when memory ends. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <cmocka.h>
#include "areas.h"
#include "file_world.h"
#include "host.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

static int
make(void)
{
	return (int)unix_memfd_create(task, P("x"), 2);
}

static void
test_archive_content_stays_where_it_is(void **state)
{
	unsigned char text[LARGE];
	unsigned before = fake_pages;
	int fd = open_path("/etc/large", O_RDONLY);

	assert_int_equal(unix_read(task, fd, P(text), LARGE + 10), LARGE);
	for (unsigned i = 0; i < LARGE; i++)
		assert_int_equal(text[i], (unsigned char)(i * 7));
	assert_int_equal(unix_read(task, fd, P(text), 10), 0);
	assert_int_equal(fake_pages, before);
}

static void
test_written_page_is_the_files_own(void **state)
{
	unsigned char text[LARGE];
	int fd = open_path("/etc/large", O_RDWR);
	uint64_t before = shared->file.pages;
	page_t page;

	assert_int_equal(unix_pwrite64(task, fd, P("!"), 1, 5000), 1);
	assert_int_equal(shared->file.pages, before + 1);
	assert_int_equal(unix_pread64(task, fd, P(text), LARGE, 0), LARGE);
	for (unsigned i = 0; i < LARGE; i++)
		assert_int_equal(text[i], i == 5000 ? '!' : (unsigned char)(i * 7));
	assert_int_equal(node_page(file_of(task, fd)->node, 3, &page), 0);
	assert_memory_equal(page_at(page), text + 3 * 4096, 2048);
	assert_int_equal(((char *)page_at(page))[2048], 0);
	assert_int_equal(node_page(file_of(task, fd)->node, 4, &page), -ENXIO);
	assert_int_equal(unix_ftruncate(task, fd, 0), 0);
	assert_int_equal(unix_ftruncate(task, fd, LARGE), 0);
	assert_int_equal(unix_pread64(task, fd, P(text), LARGE, 0), LARGE);
	for (unsigned i = 0; i < LARGE; i++)
		assert_int_equal(text[i], 0);
}

#define MODEL (40 * 4096)

/* Random writes, cuts and holes, and the same on an array. */
static void
test_content_is_a_models(void **state)
{
	static unsigned char model[MODEL], text[MODEL];
	uint64_t size = 0;
	int fd = make();

	srandom(11);
	memset(model, 0, MODEL);
	for (unsigned step = 0; step < 3000; step++) {
		uint64_t at = (uint64_t)random() % MODEL, bytes = (uint64_t)random() % (MODEL - at) % 9000 + 1;
		if (at + bytes > MODEL)
			bytes = MODEL - at;
		switch (random() % 4) {
		case 0:
			assert_int_equal(unix_ftruncate(task, fd, (int64_t)at), 0);
			memset(model + at, 0, MODEL - at);
			size = at;
			break;
		case 1:
			assert_int_equal(unix_fallocate(task, fd, 3, (int64_t)at, (int64_t)bytes), 0);
			memset(model + at, 0, at < size ? (at + bytes < size ? bytes : size - at) : 0);
			break;
		default:
			for (uint64_t i = 0; i < bytes; i++)
				model[at + i] = (unsigned char)random();
			assert_int_equal(unix_pwrite64(task, fd, P(model + at), bytes, (int64_t)at), bytes);
			size = at + bytes > size ? at + bytes : size;
		}
		if (step % 16 == 0) {
			assert_int_equal(unix_pread64(task, fd, P(text), MODEL, 0), size);
			assert_memory_equal(text, model, size);
		}
	}
}

static void
test_large_places(void **state)
{
	char text[4] = "";
	uint64_t before = shared->file.pages;
	int fd = make();
	struct stat status;

	assert_int_equal(unix_pwrite64(task, fd, P("end"), 3, 1l << 45), 3);
	assert_int_equal(unix_pread64(task, fd, P(text), 4, 1l << 45), 3);
	assert_memory_equal(text, "end", 3);
	assert_int_equal(unix_fstat(task, fd, P(&status)), 0);
	assert_int_equal(status.st_size, (1l << 45) + 3);
	assert_int_equal(status.st_blocks, 8);
	assert_int_equal(unix_pwrite64(task, fd, P("x"), 1, INT64_MAX), -EFBIG);
	assert_int_equal(unix_pwrite64(task, fd, P("x"), 1, -1), -EINVAL);
	assert_int_equal(unix_lseek(task, fd, INT64_MAX, SEEK_SET), INT64_MAX);
	assert_int_equal(unix_lseek(task, fd, 1, SEEK_CUR), -EINVAL);
	assert_int_equal(unix_ftruncate(task, fd, 5), 0);
	assert_int_equal(shared->file.pages, before);
}

static void
test_memory_ends_while_writing(void **state)
{
	static char text[8 * 4096];
	int fd = make();
	unsigned before = fake_pages;

	fake_pages = 4;
	int64_t done = unix_write(task, fd, P(text), sizeof(text));
	assert_true(done > 0 && done < (int64_t)sizeof(text) && done % 4096 == 0);
	assert_int_equal(unix_write(task, fd, P(text), 1), -ENOSPC);
	assert_int_equal(unix_fallocate(task, fd, 0, 0, 1l << 40), -ENOSPC);
	unsigned used = 4 - fake_pages;
	fake_pages = before - used;
	assert_int_equal(unix_ftruncate(task, fd, 0), 0);
	assert_int_equal(fake_pages, before);
}

static void
test_pieces(void **state)
{
	char a[3], b[5];
	struct iovec v[3] = { { a, 3 }, { NULL, 0 }, { b, 5 } }, bad[2] = { { a, 3 }, { NULL, 5 } };
	int fd = open_path("/etc/text", O_RDONLY);

	assert_int_equal(unix_readv(task, fd, P(v), 3), 8);
	assert_memory_equal(a, "one", 3);
	assert_memory_equal(b, "\ntwo\n", 5);
	assert_int_equal(unix_lseek(task, fd, 0, SEEK_SET), 0);
	assert_int_equal(unix_readv(task, fd, P(bad), 2), 3);
	assert_int_equal(unix_readv(task, fd, P(v), 1025), -EINVAL);
	assert_int_equal(unix_readv(task, fd, 8, 1), -EFAULT);
	assert_int_equal(unix_read(task, fd, 8, 1), -EFAULT);
	assert_int_equal(unix_write(task, fd, P(a), 1), -EBADF);
	assert_int_equal(shared->list[ARENA_PIECES].taken, 0);
}

static void
test_size_is_limited(void **state)
{
	int fd = make();

	task->process->limit[1][0] = 10;
	fake_signal = 0;
	assert_int_equal(unix_write(task, fd, P("0123456789abc"), 13), 10);
	assert_int_equal(fake_signal, 0);
	assert_int_equal(unix_write(task, fd, P("x"), 1), -EFBIG);
	assert_int_equal(fake_signal, 25);
	assert_int_equal(unix_ftruncate(task, fd, 11), -EFBIG);
}

static void
test_copies(void **state)
{
	char text[16] = "";
	int from = open_path("/etc/text", O_RDONLY), to = make(), directory = open_path("/etc", O_RDONLY);
	uint64_t place = 2;

	assert_int_equal(unix_sendfile(task, to, from, P(&place), 100), 6);
	assert_int_equal(place, 8);
	assert_int_equal(unix_copy_file_range(task, from, 0, to, 0, 3, 0), 3);
	assert_int_equal(unix_pread64(task, to, P(text), 16, 0), 9);
	assert_string_equal(text, "e\ntwo\none");
	assert_int_equal(unix_sendfile(task, from, to, 0, 1), -EBADF);
	assert_int_equal(unix_sendfile(task, to, directory, 0, 1), -EINVAL);
	assert_int_equal(unix_copy_file_range(task, from, 0, to, 0, 3, 1), -EINVAL);
	assert_int_equal(unix_copy_file_range(task, directory, 0, to, 0, 3, 0), -EISDIR);
	assert_int_equal(unix_copy_file_range(task, to, 0, from, 0, 3, 0), -EBADF);
	fake_pages = 0;
	assert_int_equal(unix_sendfile(task, to, from, 0, 1), -ENOMEM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_archive_content_stays_where_it_is), TEST(test_written_page_is_the_files_own), TEST(test_content_is_a_models), TEST(test_large_places),
		TEST(test_memory_ends_while_writing), TEST(test_pieces), TEST(test_size_is_limited), TEST(test_copies),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
