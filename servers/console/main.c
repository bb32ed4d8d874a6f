/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console: a 16550 at ports0, its line irq0.  Output goes into a ring, from which the interrupt "transmitter empty" feeds the device; input, from the
 * interrupt "data ready", into another.  The server waits for messages alone: requests and interrupts come to the same endpoint.
 *
 * A client that prints without end has its turn like every other: what does not fit is left to it (docs/l4/servers.md).
 */
#include <stdlib.h>
#include <string.h>
#include <janus/slots.h>
#include <l4/fault.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <servers/console_serve.h>
#include "ring.h"

enum { DATA, ENABLE, IDENTIFY, LINE_CONTROL, MODEM_CONTROL, LINE_STATUS };	/* ports, from the first on */
#define BASE			0x3f8

#define ENABLE_RECEIVE		1
#define ENABLE_TRANSMIT		2
#define STATUS_DATA		0x01
#define STATUS_EMPTY		0x20
#define MODEM_READY		0x0b		/* terminal ready, request to send, interrupts on */
#define IDENTIFY_FIFO		0xc0		/* the device's queues are on */
#define FIFO_BYTES		16
#define REQUEST_LIMIT		4096

static uint64_t ports;
static int room;			/* bytes that the device takes at once */
static struct ring output, input;
static uint64_t bell;			/* slot */
static bool has_bell;
static char request[REQUEST_LIMIT], typed[RING_BYTES];

static uint8_t
read_port(unsigned port)
{
	uint64_t value = 0;

	call_port_in(ports, BASE + port, 1, &value);
	return (uint8_t)value;
}

static void
write_port(unsigned port, uint8_t value)
{
	call_port_out(ports, BASE + port, 1, value);
}

/* As much as the device takes at once; the interrupt asks for the rest. */
static void
output_feed(void)
{
	uint8_t byte;

	if (read_port(LINE_STATUS) & STATUS_EMPTY) {
		for (int i = 0; i < room && ring_get(&output, &byte, 1); i++)
			write_port(DATA, byte);
	}
	write_port(ENABLE, ENABLE_RECEIVE | (ring_used(&output) ? ENABLE_TRANSMIT : 0));
}

/* What is typed while the ring is full is lost. */
static bool
input_take(void)
{
	bool any = false;

	for (int i = 0; i < RING_BYTES && read_port(LINE_STATUS) & STATUS_DATA; i++) {
		uint8_t byte = read_port(DATA);
		ring_put(&input, &byte, 1);
		any = true;
	}
	return any;
}

/* No reply: the next receive acknowledges. */
static bool
interrupt(struct message *m)
{
	read_port(IDENTIFY);
	if (input_take() && has_bell)
		call_notification_signal(bell, 1);
	output_feed();
	return false;
}

enum status
serve_console_put(const struct message *m, const void *text, uint64_t text_bytes, uint64_t *taken)
{
	*taken = ring_put(&output, text, text_bytes);
	output_feed();
	return OK;
}

enum status
serve_console_get(const struct message *m, struct rpc_data *text)
{
	text->at = typed;
	text->bytes = ring_get(&input, typed, sizeof(typed));
	return text->bytes ? OK : ERR_NOT_FOUND;
}

enum status
serve_console_rest(const struct message *m, uint64_t *left)
{
	*left = ring_used(&output);
	return OK;
}

enum status
serve_console_listen(const struct message *m, uint64_t from)
{
	call_cap_delete(bell);
	has_bell = call_cap_move(from, SLOT_OWN, bell) == OK;
	return has_bell ? OK : ERR_NO_CAP;
}

/* What is still to be printed when another version takes over: the device needs a bounded time for it. */
static void
output_finish(void)
{
	struct message m = { 0 };

	while (ring_used(&output) && message_ipc(CALL_IPC_RECEIVE | IPC_TICKS(763ul, 17) << IPC_RECEIVE_TIME, environment_service(), &m) == OK)
		interrupt(&m);
}

int
main(int argc, char **argv)
{
	uint64_t endpoint = environment_service();

	ports = environment_slot("ports0");
	bell = slot_take();
	room = read_port(IDENTIFY) & IDENTIFY_FIFO ? FIFO_BYTES : 1;	/* to switch the queues would lose what is typed meanwhile */
	write_port(MODEM_CONTROL, MODEM_READY);
	write_port(ENABLE, ENABLE_RECEIVE);
	if (call_irq_bind(environment_slot("irq0"), endpoint))
		return EXIT_FAILURE;
	server_run(&(struct server){
		.endpoint = endpoint, .serve = console_serve, .event = interrupt, .version = argc > 1 ? (unsigned)atoi(argv[1]) : 1,
		.slot = slot_take(), .buffer = request, .buffer_bytes = sizeof(request) });
	output_finish();
	return EXIT_SUCCESS;
}
