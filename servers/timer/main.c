/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The timer: a HPET at device0 and its line irq0, whose number is the first argument; the RTC at ports0, read once for the wall time.  One comparator is set
 * to the first alarm that is due.  An alarm is a notification that its client handed over, so that nobody waits inside the server.
 */
#include <stdlib.h>
#include <janus/kinds.h>
#include <janus/slots.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <servers/timer_serve.h>
#include "alarms.h"
#include "rtc.h"

#define REGISTERS	0x20000000ul	/* where the device is mapped */
#define UNCACHED	2

/* Registers, in 8-byte words. */
enum { CAPABILITIES = 0x00 / 8, CONFIGURATION = 0x10 / 8, COUNTER = 0xf0 / 8, TIMER = 0x100 / 8, COMPARATOR = 0x108 / 8 };
#define ENABLE			1ul
#define TIMER_INTERRUPT		(1ul << 2)
#define TIMER_ROUTE_SHIFT	9
#define FEMTO_PER_NANO		1000000ul

static volatile uint64_t *const hpet = (volatile uint64_t *)REGISTERS;
static struct alarms alarms;
static uint64_t femto;			/* of a tick */
static uint64_t date, date_at;		/* wall time when it was read, and the counter then */
static uint64_t bell[ALARMS];		/* slots */

static uint64_t
now(void)
{
	return (uint64_t)((unsigned __int128)hpet[COUNTER] * femto / FEMTO_PER_NANO);
}

/* The comparator fires only when the counter meets it: an alarm that became due while it was set is looked for again. */
static void
comparator_set(void)
{
	uint64_t due = alarms_first(&alarms);

	if (due == ALARM_NONE)
		return;
	uint64_t at = (uint64_t)((unsigned __int128)due * FEMTO_PER_NANO / femto) + 1;
	if (at <= hpet[COUNTER] + MARGIN)
		at = hpet[COUNTER] + MARGIN;
	hpet[COMPARATOR] = at;
}

static bool
interrupt(struct message *m)
{
	int alarm;

	while ((alarm = alarms_due(&alarms, now())) != ALARM_OFF)
		call_notification_signal(bell[alarm], 1);
	comparator_set();
	return false;
}

enum status
serve_timer_now(const struct message *m, uint64_t *passed)
{
	*passed = now();
	return OK;
}

enum status
serve_timer_wall(const struct message *m, uint64_t *seconds)
{
	*seconds = date + (now() - date_at) / 1000000000;
	return OK;
}

enum status
serve_timer_alarm(const struct message *m, uint64_t from, uint64_t after)
{
	int alarm = alarms_set(&alarms, m->badge, now(), after);

	if (alarm == ALARM_OFF)
		return ERR_LIMIT;
	if (!bell[alarm])
		bell[alarm] = slot_take();
	if (!bell[alarm])
		return ERR_NO_KMEM;
	call_cap_delete(bell[alarm]);
	enum status status = call_cap_move(from, SLOT_OWN, bell[alarm]);
	comparator_set();
	return status;
}

enum status
serve_timer_cancel(const struct message *m)
{
	return alarms_cancel(&alarms, m->badge) ? OK : ERR_NOT_FOUND;
}

static enum status
hpet_begin(unsigned line)
{
	enum status status = call_device_map(environment_slot("device0"), 0, REGISTERS, RIGHT_READ | RIGHT_WRITE, UNCACHED);

	if (status)
		return status;
	if (!(hpet[TIMER] >> 32 >> line & 1))
		return ERR_BAD_VALUE;		/* the device cannot have that line */
	femto = hpet[CAPABILITIES] >> 32;
	hpet[CONFIGURATION] = 0;
	hpet[COUNTER] = 0;
	hpet[TIMER] = TIMER_INTERRUPT | (uint64_t)line << TIMER_ROUTE_SHIFT;
	hpet[COMPARATOR] = ~0ul;
	hpet[CONFIGURATION] = ENABLE;
	return OK;
}

int
main(int argc, char **argv)
{
	uint64_t endpoint = environment_service();

	if (argc != 2 || hpet_begin((unsigned)atoi(argv[1])) || !rtc_read(environment_slot("ports0"), &date))
		return EXIT_FAILURE;
	date_at = now();
	if (call_irq_bind(environment_slot("irq0"), endpoint))
		return EXIT_FAILURE;
	server_run(&(struct server){
		.endpoint = endpoint, .serve = timer_serve, .event = interrupt, .version = 1, .slot = slot_take() });
	return EXIT_SUCCESS;
}
