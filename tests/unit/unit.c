/* SPDX-License-Identifier: BSD-2-Clause */
/* Choices and the three drivers of operation sequences. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "check.h"
#include "fake/machine.h"
#include "unit.h"

#define ROUND_STEPS	1000
#define CHECK_STEPS	64
#define REPLAY_LIMIT	65536		/* bytes of a stored sequence */

/* --- choices ------------------------------------------------------------------------------------------------- */

struct input
input_random(u64 seed)
{
	return (struct input){ .random = seed ? seed : 1 };
}

struct input
input_bytes(const u8 *bytes, size_t count)
{
	return (struct input){ .byte = bytes, .left = count };
}

/* Marsaglia's xorshift64*. */
static u64
random_next(u64 *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1d;
}

/* As few bytes as LIMIT needs, so that the fuzzer's changes mean something. */
static u64
bytes_next(struct input *in, u64 limit)
{
	u64 value = 0;

	for (u64 reach = limit - 1; reach && in->left; reach >>= 8) {
		value = value << 8 | *in->byte++;
		in->left--;
	}
	return value;
}

u64
input_below(struct input *in, u64 limit)
{
	return (in->random ? random_next(&in->random) >> 11 : bytes_next(in, limit)) % limit;
}

bool
input_end(const struct input *in)
{
	return !in->random && !in->left;
}

/* --- drivers ------------------------------------------------------------------------------------------------- */

static u64
environment_number(const char *name, u64 otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

/* Change, now and then, what befalls core: forced preemption, an allocation that fails. */
static void
adversity(struct input *in)
{
	switch (input_below(in, 32)) {
	case 0:
		machine.preempt_seed = 0;
		machine.preempt_every = input_below(in, 4);
		break;
	case 1:
		machine.preempt_seed = 1 + input_below(in, 256);
		break;
	case 2:
		check_fail_after(1 + input_below(in, 16));
		break;
	default:
		break;
	}
}

static void
calm(void)
{
	machine.preempt_every = machine.preempt_seed = 0;
	check_fail_after(0);
}

static void
run_round(const struct operations *ops, struct input *in, u64 steps)
{
	ops->setup(in);
	for (u64 i = 1; i <= steps && !input_end(in); i++) {
		adversity(in);
		ops->step(in);
		if (i % CHECK_STEPS == 0)
			ops->verify();
	}
	calm();
	ops->verify();
	ops->teardown();
}

static u64
fresh_seed(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (u64)now.tv_sec * 1000000007 ^ (u64)now.tv_nsec << 20 ^ (u64)getpid();
}

void
operations_random(const struct operations *ops, u64 steps)
{
	u64 seed = environment_number("JANUS_SEED", fresh_seed());
	struct input in = input_random(seed);

	steps = environment_number("JANUS_STEPS", steps);
	printf("# %s: %lu random steps, JANUS_SEED=%lu repeats them\n", ops->name, steps, seed);
	fflush(stdout);
	for (u64 done = 0; done < steps; done += ROUND_STEPS)
		run_round(ops, &in, ROUND_STEPS);
}

void
operations_replay(const struct operations *ops, const u8 *bytes, size_t count)
{
	struct input in = input_bytes(bytes, count);

	run_round(ops, &in, count);
}

static void
replay_file(const struct operations *ops, const char *path)
{
	static u8 bytes[REPLAY_LIMIT];
	FILE *file = fopen(path, "rb");

	expect(file);
	size_t count = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	operations_replay(ops, bytes, count);
}

void
operations_corpus(const struct operations *ops)
{
	const char *root = getenv("JANUS_CORPUS");
	char path[4096];
	unsigned files = 0;

	snprintf(path, sizeof(path), "%s/%s", root ? root : "tests/fuzz/corpus", ops->name);
	DIR *folder = opendir(path);
	expect(folder);
	for (struct dirent *entry; (entry = readdir(folder));) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s/%s", root ? root : "tests/fuzz/corpus", ops->name, entry->d_name);
		replay_file(ops, path);
		files++;
	}
	closedir(folder);
	expect(files);
}

void
unit_expect_failed(const char *condition, const char *file, int line)
{
	char text[512];

	snprintf(text, sizeof(text), "%s:%d: %s does not hold", file, line, condition);
	unit_panic(text);
}
