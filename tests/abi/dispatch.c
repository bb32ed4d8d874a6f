/* SPDX-License-Identifier: BSD-2-Clause */
/* Stand-in handlers behind the generated dispatcher: what they are given, and what of theirs reaches the registers. */
#include <assert.h>
#include "core/thread.h"
#include <test/calls.h>
#include "personalities/test/handlers.h"

static enum status answer;
static struct thread self;
static unsigned calls;

/* The common calls are only there to be linked. */
#define HANDLER(name) \
	enum status sys_##name(struct thread *t, const struct args_##name *a, struct out_##name *out) \
	{ \
		assert(t == &self && !out); \
		calls++; \
		return OK; \
	}
HANDLER(null)
HANDLER(null_full)
HANDLER(log_write)
HANDLER(machine_exit)
HANDLER(thread_exit)
HANDLER(thread_fs_base)

enum status
sys_six(struct thread *t, const struct args_six *a, struct out_six *out)
{
	assert(t == &self && !out);
	assert(a->a == 1 && a->b == 2 && a->c == 3 && a->d == 4 && a->e == 5 && a->f == 6);
	calls++;
	return answer;
}

enum status
sys_back(struct thread *t, const struct args_back *a, struct out_back *out)
{
	assert(a->x == 1);
	*out = (struct out_back){ 11, 12, 13, 14, 15, 16 };
	assert(a->x == 1);		/* results do not lie over arguments yet */
	calls++;
	return answer;
}

enum status
sys_mixed(struct thread *t, const struct args_mixed *a, struct out_mixed *out)
{
	out->p = a->a + 100;
	out->q = a->b + 100;
	calls++;
	return answer;
}

enum status
sys_far(struct thread *t, const struct args_far *a, struct out_far *out)
{
	out->done = a->before + 100;
	out->q = a->b + 100;
	calls++;
	return answer;
}

enum status
sys_onward(struct thread *t, const struct args_onward *a, struct out_onward *out)
{
	calls++;
	return answer;
}

static enum status
ask(u64 number, enum status wanted)
{
	self = (struct thread){ { number, { 1, 2, 3, 4, 5, 6 } } };
	answer = wanted;
	enum status status = call_dispatch(&self);
	assert(self.regs.rax == number);
	return status;
}

/* The first CHANGED argument registers are FROM, FROM + 1, ...; the others are as they were. */
static void
expect_registers(unsigned changed, u64 from)
{
	for (u64 i = 0; i < 6; i++)
		assert(self.regs.arg[i] == (i < changed ? from + i : i + 1));
}

int
main(void)
{
	assert(ask(CALL_SIX, ERR_LIMIT) == ERR_LIMIT);
	expect_registers(0, 0);
	assert(ask(CALL_BACK, OK) == OK);
	expect_registers(6, 11);
	assert(ask(CALL_BACK, ERR_LIMIT) == ERR_LIMIT);
	expect_registers(0, 0);
	assert(ask(CALL_BACK, STATUS_RESTART) == STATUS_RESTART);
	expect_registers(0, 0);
	assert(ask(CALL_MIXED, OK) == OK);
	expect_registers(2, 101);
	assert(ask(CALL_FAR, OK) == OK);
	expect_registers(2, 101);
	assert(ask(CALL_FAR, ERR_LIMIT) == ERR_LIMIT);
	expect_registers(1, 101);
	assert(ask(CALL_FAR, STATUS_RESTART) == STATUS_RESTART);
	expect_registers(1, 101);		/* where the call goes on */
	assert(calls == 8);

	assert(ask(CALL_COUNT, OK) == ERR_NO_CALL);
	assert(ask(~0ul, OK) == ERR_NO_CALL);
	assert(ask(1ul << 32, OK) == ERR_NO_CALL);
	assert(calls == 8);
	assert(ask(CALL_NULL, OK) == OK && calls == 9);
	return 0;
}
