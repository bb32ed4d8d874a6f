/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"
#include "clock.h"

#include <l4/fault.h>

/* The PIT's channel 0 raises its line once, when it has counted down. */
#define LINE		2
#define PORT		0x40
#define CONTROL		0x43
#define ONCE		0x30
#define COUNTS		200		/* of 838 ns: far more than lies between two readings of the clock */

enum { IRQ = PARTNER_SPACE + 2, PORTS };

static volatile int64_t told;		/* when the driver ran; 0: not yet */

/* Its next receive acknowledges the interrupt. */
static void
driver(void)
{
	enum status status;

	floating_point_use();
	do {
		status = ipc_signal(CALL_IPC_RECEIVE, PARTNER_ENDPOINT);
		told = clock_read();
	} while (status == OK);
	call_thread_exit();
}

/* The last reading before the driver's.  The interrupt falls behind it, at most a turn of the loop later: that is in the figure. */
static __attribute__((noinline)) int64_t
last_before(void)
{
	int64_t before, now = 0;

	do {
		before = now;
		now = clock_read();
	} while (!told);
	return now < told ? now : before;
}

static void
setup(void)
{
	partner_make(true);
	partner_must(call_irq_create(LINE, 0, IRQ));
	partner_must(call_ports_create(PORT, 4, PORTS));
	partner_must(call_irq_bind(IRQ, PARTNER_ENDPOINT));
	partner_must(call_thread_priority(PARTNER_THREAD, 200));
	partner_run(driver);
}

static void
prepare(unsigned long count __attribute__((unused)))
{
	told = 0;
	partner_must(call_port_out(PORTS, CONTROL, 1, ONCE));
	partner_must(call_port_out(PORTS, PORT, 1, COUNTS));
	partner_must(call_port_out(PORTS, PORT, 1, 0));
}

static int64_t
sample(void)
{
	int64_t before = last_before();

	return told - before;
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .sample = sample };
