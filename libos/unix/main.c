/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The manager of a domain (domain.h): the manifest's first program.  It takes all memory, begins the core with the boot archive, makes environments when they are needed,
 * and has the slice: whoever is first in the queue runs in it.  When nobody is, it sleeps until a time comes or something is typed.
 */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <exo/context.h>
#include <exo/frames.h>
#include <exo/stubs.h>
#include <exo/wait.h>
#include <exo/yield.h>
#include <janus/archive.h>
#include <janus/bootinfo.h>
#include <janus/rt.h>
#include <janus/slots.h>
#include <unix/unix.h>
#include "libos/console/uart.h"
#include "servers/timer/rtc.h"
#include "domain.h"

#define PAGE_FAULT	14
#define KMEM		64		/* pages of an environment's kernel memory */
#define OWN_PAGES	4		/* that it takes itself */
#define SPACE_SLOT	64		/* environment n's space: n slots further */
#define KEEP		64		/* pages of the manager's allowance that stay unused */
#define UART		0x3f8
#define UART_PORTS	8
#define UART_LINE	4
#define RTC		0x70
#define READ_WRITE	(RIGHT_READ | RIGHT_WRITE)

extern const Elf64_Ehdr __ehdr_start;	/* the library's own headers, from the linker */

static void
must(enum status status, const char *what)
{
	if (status) {
		printf("unix: %s: %s\n", what, status_string(status));
		exit(EXIT_FAILURE);
	}
}

/* --- memory ------------------------------------------------------------------------------------------------------------------------- */

/* The library's own pages of the arena and the window, in the manager's space. */
static void
handler(struct context *c)
{
	if (c->area.vector == PAGE_FAULT && c->area.address >= UNIX_WINDOW && c->area.address < UNIX_END) {
		domain_bind(c->area.address);
		return;
	}
	printf("unix: manager: exception %lu at %#lx, %#lx\n", c->area.vector, c->area.rip, c->area.address);
	exit(EXIT_FAILURE);
}

static uint64_t
allowance_left(void)
{
	uint64_t allowance, given, held, kmem, kmem_free;

	must(call_holdings(SLOT_OWN, &allowance, &given, &held, &kmem, &kmem_free), "holdings");
	return allowance - given - held;
}

static void
pages_bind(uint64_t at, uint64_t pages)
{
	uint64_t payload, mac;

	for (; pages--; at += UNIX_PAGE) {
		must(call_frame_alloc(FRAME_ANY, 0, 0, &payload, &mac), "no page for the domain");
		must(call_bind(at, payload, mac, READ_WRITE | 0x100), "the domain cannot be bound");
	}
}

static uint64_t
domain_pages(void)
{
	return (sizeof(struct unix_domain) + domain->frames * sizeof(struct domain_frame) + UNIX_PAGE - 1) / UNIX_PAGE;
}

/* Five eighths of what there is are frames of programs, a quarter of which the arena may have; the rest is for environments. */
static void
domain_begin(void)
{
	uint64_t frames = allowance_left() * 5 / 8, pages = (sizeof(struct unix_domain) + frames * sizeof(struct domain_frame)) / UNIX_PAGE + 1;

	pages_bind(UNIX_DOMAIN, pages);
	domain->clock_hz = rt_bootinfo->clock_hz;
	domain->alarm = UNIX_NEVER;
	domain->frames = (page_t)frames + 1;
	domain->arena = 1;
	domain->arena_end = (page_t)(1 + frames / 4);
	for (page_t page = 1; page < domain->frames; page++)
		must(call_frame_alloc(FRAME_ANY, 0, 0, &frame_of(page)->payload, &frame_of(page)->mac), "no page");
	if (!frame_of(1)->mac) {
		printf("unix: capabilities are in slots, which programs cannot share: boot with exo.caps=sealed\n");
		exit(EXIT_FAILURE);
	}
}

static void
own_begin(void)
{
	uint64_t name;

	pages_bind(UNIX_OWN, 1);
	own->number = MANAGER;
	own->environment = &domain->environment[MANAGER];
	must(call_entry(0, &name), "name");
	own->environment->name = name;
	domain->runs = own->environment;
}

/* Where all programs can read it: behind the arena.  What is left is free. */
static const void *
archive_copy(size_t *bytes)
{
	page_t first = domain->arena_end, pages;
	struct archive archive;

	rt_archive_open(&archive);
	pages = (page_t)((archive.bytes + UNIX_PAGE - 1) / UNIX_PAGE);
	if (pages >= domain->frames - first) {
		printf("unix: the boot archive has %u pages, and there are %u\n", pages, domain->frames - first);
		exit(EXIT_FAILURE);
	}
	memcpy(page_at(first), archive.base, archive.bytes);
	for (page_t page = domain->frames - 1; page >= first + pages; page--)
		host_page_give(page);
	*bytes = archive.bytes;
	return page_at(first);
}

/* --- environments ---------------------------------------------------------------------------------------------------------------------- */

/* What of the library cannot be written: all have the same frames. */
static enum status
library_share(uint64_t slot)
{
	const Elf64_Phdr *p = (const Elf64_Phdr *)((const char *)&__ehdr_start + __ehdr_start.e_phoff);
	enum status status = OK;

	for (unsigned i = 0; !status && i < __ehdr_start.e_phnum; i++) {
		if (p[i].p_type != PT_LOAD || p[i].p_flags & PF_W)
			continue;
		uint64_t start = p[i].p_vaddr & -UNIX_PAGE, pages = (p[i].p_vaddr + p[i].p_memsz - start + UNIX_PAGE - 1) / UNIX_PAGE;
		status = call_space_share(slot, start, start, pages, RIGHT_READ | (p[i].p_flags & PF_X ? RIGHT_EXECUTE : 0));
	}
	return status;
}

static enum status
environment_fill(uint64_t slot, uint64_t stack)
{
	enum status status = call_space_fund(slot, KMEM);

	if (!status)
		status = call_space_allow(slot, OWN_PAGES);
	if (!status)
		status = library_share(slot);
	if (!status)
		status = call_space_share(slot, UNIX_DOMAIN, UNIX_DOMAIN, domain_pages(), READ_WRITE);
	if (!status)
		status = call_space_share(slot, stack, stack, 1, READ_WRITE);
	return status;
}

static enum status
environment_make(uint64_t number)
{
	struct environment *e = &domain->environment[number];
	uint64_t slot = SPACE_SLOT + number;
	page_t stack = allowance_left() > KMEM + OWN_PAGES + KEEP ? host_page_take() : 0;
	enum status status = stack ? call_cap_grow(SLOT_OWN, slot) : ERR_LIMIT;

	if (!status)
		status = call_space_create(slot);
	if (status) {
		if (stack)
			host_page_give(stack);
		return status;
	}
	memset(page_at(stack), 0, UNIX_PAGE);
	status = environment_fill(slot, (uintptr_t)page_at(stack));
	if (!status)
		status = call_environment_create(slot, &e->name);
	if (!status)
		status = call_environment_start(slot, (uintptr_t)environment_begin, (uintptr_t)page_at(stack) + UNIX_PAGE - 8, number);
	if (status) {
		call_destroy(slot);
		e->name = 0;
		host_page_give(stack);
	}
	return status;
}

static void
environment_add(void)
{
	uint64_t number = MANAGER + 1;

	while (number < ENVIRONMENTS && domain->environment[number].name)
		number++;
	domain->wanted = false;
	if (number == ENVIRONMENTS || environment_make(number)) {
		domain->exhausted = true;
		return;
	}
	domain->environment[number].next = domain->idle;
	domain->idle = &domain->environment[number];
}

/* --- devices ------------------------------------------------------------------------------------------------------------------------------ */

static struct page_token
ports_take(uint64_t first, uint64_t count)
{
	struct page_token t = { 0 };

	call_ports_create(first, count, 0, &t.payload, &t.mac);
	return t;
}

static uint8_t
rtc_register(struct page_token ports, uint8_t index)
{
	uint64_t value = 0;

	call_port_out(ports.payload, ports.mac, RTC, 1, index);
	call_port_in(ports.payload, ports.mac, RTC + 1, 1, &value);
	return (uint8_t)value;
}

/* Nanoseconds since 1970 when the machine was started. */
static uint64_t
wall_read(void)
{
	static const uint8_t index[] = { 0x00, 0x02, 0x04, 0x07, 0x08, 0x09, 0x32 };
	struct page_token ports = ports_take(RTC, 2);
	uint8_t value[2][sizeof(index)];
	struct rtc_time t;

	if (!ports.mac)
		return 0;
	do {
		for (unsigned pass = 0; pass < 2; pass++) {
			for (unsigned i = 0; i < sizeof(index); i++)
				value[pass][i] = rtc_register(ports, index[i]);
		}
	} while (memcmp(value[0], value[1], sizeof(index)));
	memcpy(&t, value[0], sizeof(t));
	return rtc_seconds(t, rtc_register(ports, 0x0b)) * 1000000000 - host_clock();
}

/* Without the kernel's option console=user there is no input. */
static void
console_begin(void)
{
	struct page_token ports = ports_take(UART, UART_PORTS), irq;

	if (!ports.mac || call_irq_create(UART_LINE, 0, 0, &irq.payload, &irq.mac))
		return;
	call_irq_attach(irq.payload, irq.mac);
	uart_begin(ports, UART);
}

static void
console_poll(void)
{
	uint64_t line, left;
	char c;

	while (call_interrupt_take(&line, &left) == OK)
		;
	while (uart_get(&c))
		unix_console_input(&c, 1);
}

/* --- the loop --------------------------------------------------------------------------------------------------------------------------------- */

static uint64_t
ticks_of(uint64_t deadline)
{
	return deadline == UNIX_NEVER ? WAIT_FOREVER : (uint64_t)((unsigned __int128)deadline * domain->clock_hz / 1000000000u) + 1;
}

static uint64_t
next_time(void)
{
	uint64_t sleeper = domain->sleeper ? domain->sleeper->host.deadline : UNIX_NEVER;

	return sleeper < domain->alarm ? sleeper : domain->alarm;
}

static void
times_look(void)
{
	host_lock(NULL);
	sleepers_wake();
	host_unlock(NULL);
	if (host_clock() < domain->alarm)
		return;
	domain->alarm = UNIX_NEVER;
	unix_alarmed();
}

/* Who was in the library for longer after its slice than the kernel bears was cut short there, and goes on before all else: it may have the lock. */
static void
cut_short(void)
{
	struct environment *e;

	while ((e = domain->runs) != own->environment) {
		if (yield_to(e->name) != ERR_NOT_FOUND && !e->status)
			continue;
		printf("unix: environment %ld is gone: %s\n", (long)(e - domain->environment), status_string(e->status));
		exit(EXIT_FAILURE);
	}
}

/* Whoever is first runs; nobody: until there is something to do. */
static void
turn(void)
{
	struct task *t;
	uint64_t reason;

	host_lock(NULL);
	if (domain->wanted)
		environment_add();
	t = task_next();
	if (t) {
		t->host.environment->chosen = t;
		task_run(t);
	}
	host_unlock(NULL);
	if (!t)
		call_wait(0, 0, ticks_of(next_time()), &reason);
}

int
main(int argc, char **argv)
{
	const char *const environment[] = { "PATH=/bin:/usr/bin:/sbin:/usr/sbin", "HOME=/", "TERM=linux", NULL };
	struct unix_boot boot = { .argument = (const char *const *)argv + 1, .environment = environment };

	if (argc < 2) {
		printf("unix: no program: ./janus run exo -- /path [arguments]\n");
		return EXIT_FAILURE;
	}
	must(context_begin(handler), "upcalls");
	domain_begin();
	own_begin();
	domain->wall = wall_read();
	console_begin();
	boot.archive = archive_copy(&boot.archive_bytes);
	host_lock(NULL);
	environment_add();
	host_unlock(NULL);
	int error = unix_begin(&boot);
	if (error) {
		printf("unix: %s cannot be begun: error %d\n", argv[1], -error);
		return EXIT_FAILURE;
	}
	while (unix_ended() < 0) {
		cut_short();
		console_poll();
		times_look();
		turn();
	}
	return unix_ended() & 0x7f ? 128 + (unix_ended() & 0x7f) : unix_ended() >> 8 & 0xff;
}
