/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices of memory: null, zero, full, random, urandom. */
#include <errno.h>
#include <unix/arena.h>
#include "open.h"

enum memory_device { DEVICE_NULL = 3, DEVICE_ZERO = 5, DEVICE_FULL = 7, DEVICE_RANDOM = 8, DEVICE_URANDOM = 9 };

#define CHUNK	256

bool
device_known(uint64_t minor)
{
	return minor == DEVICE_NULL || minor == DEVICE_ZERO || minor == DEVICE_FULL || minor == DEVICE_RANDOM || minor == DEVICE_URANDOM;
}

bool
device_zero(uint64_t minor)
{
	return minor == DEVICE_ZERO;
}

static int
chunk_fill(struct file *f, struct user_data *d, uint64_t bytes)
{
	static const unsigned char zeroes[CHUNK];
	unsigned char random[CHUNK];

	if (f->value == DEVICE_ZERO || f->value == DEVICE_FULL)
		return data_put(d, zeroes, bytes);
	host_random(random, bytes);
	return data_put(d, random, bytes);
}

static int64_t
device_read(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	uint64_t done = 0;

	while (d->left && f->value != DEVICE_NULL) {
		uint64_t piece = d->left < CHUNK ? d->left : CHUNK;
		int error = chunk_fill(f, d, piece);
		if (error)
			return done ? (int64_t)done : error;
		done += piece;
	}
	return (int64_t)done;
}

static int64_t
device_write(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	return f->value == DEVICE_FULL ? -ENOSPC : (int64_t)d->left;
}

static int64_t
device_seek(struct file *f, int64_t offset, int whence)
{
	f->position = 0;
	return 0;
}

const struct file_operation device_operation = {
	.read = device_read,
	.write = device_write,
	.seek = device_seek,
};
