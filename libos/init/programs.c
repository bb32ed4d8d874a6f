/* SPDX-License-Identifier: BSD-2-Clause */
/* Starting programs and taking back what they had: programs.h has the picture. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <exo/frames.h>
#include <exo/stubs.h>
#include <janus/bootinfo.h>
#include <janus/kinds.h>
#include <janus/layout.h>
#include <janus/rt.h>
#include "programs.h"

#define PAGE		4096ul
#define READ_WRITE	(RIGHT_READ | RIGHT_WRITE)
#define PROGRAM_SLOT	1
#define ANSWERS		0x300000000ul
#define CHANNELS	0x310000000ul	/* a megabyte for each service */
#define CHANNELS_BYTES	0x100000ul
#define PORTS_SLOT	1		/* of a program that was handed them, where capabilities are in slots */
#define IRQ_SLOT	2
#define DEVICE_SLOT	3

/* --- what a program is told ---------------------------------------------------------------------------------------------- */

#define SETTINGS	12
#define SETTING_BYTES	96

struct settings {
	char text[SETTINGS][SETTING_BYTES];
	const char *word[SETTINGS + 1];
	unsigned count;
};

static void
setting_add(struct settings *s, const char *key, uint64_t first, uint64_t second)
{
	snprintf(s->text[s->count], SETTING_BYTES, "%s=%#lx,%#lx", key, first, second);
	s->word[s->count] = s->text[s->count];
	s->word[++s->count] = NULL;
}

/* --- devices: taken by name, handed on by capability ----------------------------------------------------------------------- */

static enum status
device_take(struct program *p, struct settings *s)
{
	const struct setting_range *ports = &p->plan->ports, *irq = &p->plan->irq, *device = &p->plan->device;
	uint64_t slot;
	enum status status = slot_take(&slot);

	if (!status && ports->count) {
		status = call_ports_create(ports->first, ports->count, slot, &p->ports.payload, &p->ports.mac);
		setting_add(s, "ports", p->ports.mac ? p->ports.payload : PORTS_SLOT, p->ports.mac);
		setting_add(s, "port", ports->first, ports->count);
	}
	if (!status)
		status = slot_take(&slot);
	if (!status && irq->count) {
		status = call_irq_create(irq->first, 0, slot, &p->irq.payload, &p->irq.mac);
		setting_add(s, "irq", p->irq.mac ? p->irq.payload : IRQ_SLOT, p->irq.mac);
	}
	if (!status)
		status = slot_take(&slot);
	if (!status && device->count) {
		status = call_device_create(device->first * PAGE, device->count, slot, &p->device.payload, &p->device.mac);
		setting_add(s, "device", p->device.mac ? p->device.payload : DEVICE_SLOT, p->device.mac);
	}
	return status;
}

/* A sealed token was handed on as a setting; a capability in a slot is copied. */
static enum status
device_hand(struct program *p, struct page_token device, uint64_t into)
{
	if (device.mac || !device.payload)
		return OK;
	enum status status = call_cap_grow(p->environment.slot, into);
	return status ? status : call_cap_copy(device.payload, p->environment.slot, into, RIGHTS_ALL);
}

static void
device_free(struct page_token *device)
{
	if (device->payload)
		call_resource_free(device->payload, device->mac);
	*device = (struct page_token){ 0 };
}

/* --- pages that init shares with programs: they stay, for as many programs as the manifest has -------------------------------- */

static enum status
page_there(uint64_t at)
{
	uint64_t physical, granted, rights, accessed, dirty;
	struct page_token page;

	if (!call_binding(at, &physical, &granted, &rights, &accessed, &dirty))
		return OK;
	enum status status = page_alloc(FRAME_ANY, 0, &page);
	return status ? status : call_bind(at, page.payload, page.mac, READ_WRITE);
}

static enum status
pages_share(struct program *p, uint64_t at, uint64_t there, uint64_t pages, unsigned rights)
{
	enum status status = OK;

	for (uint64_t i = 0; !status && i < pages; i++)
		status = page_there(at + i * PAGE);
	return status ? status : call_space_share(p->environment.slot, there, at, pages, rights);
}

/* Of service SERVICE, the channel of its client CLIENT. */
static uint64_t
channel_at(unsigned service, unsigned client)
{
	return CHANNELS + service * CHANNELS_BYTES + client * CHANNEL_PAGES * PAGE;
}

/* Which client of SERVICE the use number K of program N is: in the order of the manifest. */
static unsigned
client_number(const struct plan *plan, unsigned service, unsigned n, unsigned k)
{
	unsigned number = 0;

	for (unsigned i = 0; i <= n; i++)
		for (unsigned j = 0; j < (i < n ? plan->program[i].uses : k); j++)
			number += plan->program[i].use[j] == service;
	return number;
}

static enum status
channels_share(struct program *p, const struct plan *plan, unsigned n)
{
	enum status status = OK;

	if (p->plan->clients)
		status = pages_share(p, channel_at(n, 0), INIT_CLIENTS, p->plan->clients * CHANNEL_PAGES, READ_WRITE);
	for (unsigned k = 0; !status && k < p->plan->uses; k++) {
		unsigned service = p->plan->use[k];
		uint64_t at = channel_at(service, client_number(plan, service, n, k));
		status = pages_share(p, at, INIT_CHANNELS + k * CHANNEL_PAGES * PAGE, CHANNEL_PAGES, READ_WRITE);
		if (!status && p->begun)
			channel_forget((void *)at);
	}
	return status;
}

/* --- start -------------------------------------------------------------------------------------------------------------------- */

static enum status
program_load(struct program *p, struct settings *s)
{
	const char *argument[MANIFEST_WORDS + 2] = { p->plan->text.name };

	memcpy(argument + 1, p->plan->text.argument, p->plan->text.arguments * sizeof(*argument));
	const struct load load = {
		.program = &p->plan->elf, .argument = argument, .setting = s->word,
		.kmem = p->plan->kmem, .allowance = p->plan->memory,
	};
	return environment_load(&p->environment, &load);
}

/* Where init itself has them. */
static enum status
archive_share(struct program *p)
{
	uint64_t pages = (rt_bootinfo->archive_base % PAGE + rt_bootinfo->archive_bytes + PAGE - 1) / PAGE;
	enum status status = call_space_share(p->environment.slot, USER_BOOTINFO, USER_BOOTINFO, 1, RIGHT_READ);

	return status ? status : call_space_share(p->environment.slot, USER_ARCHIVE, USER_ARCHIVE, pages, RIGHT_READ);
}

static enum status
program_equip(struct program *p, const struct plan *plan, unsigned n)
{
	uint64_t at = ANSWERS + n * PAGE;
	enum status status = pages_share(p, at, INIT_PAGE, 1, RIGHT_READ);

	p->page = (struct init_page *)at;
	if (!status && p->plan->archive)
		status = archive_share(p);
	if (!status)
		status = channels_share(p, plan, n);
	if (!status)
		status = device_hand(p, p->ports, PORTS_SLOT);
	if (!status)
		status = device_hand(p, p->irq, IRQ_SLOT);
	return status ? status : device_hand(p, p->device, DEVICE_SLOT);
}

static enum status
program_run(struct program *p)
{
	enum status status = environment_start(&p->environment, p->plan->elf.entry, 0);

	for (uint64_t i = 0; !status && i < p->plan->slices; i++)
		status = environment_slice(&p->environment);
	return status;
}

/* Each program that has its page finds there who serves it now. */
static void
services_tell(struct program *all, const struct plan *plan)
{
	for (unsigned n = 0; n < plan->programs; n++)
		for (unsigned k = 0; all[n].page && k < all[n].plan->uses; k++)
			all[n].page->service[k] = all[all[n].plan->use[k]].environment.name;
}

enum status
program_start(struct program *all, const struct plan *plan, unsigned n, uint64_t own_name)
{
	static struct settings s;
	struct program *p = &all[n];
	enum status status;

	*p = (struct program){ .plan = &plan->program[n], .environment.slot = PROGRAM_SLOT + n, .begun = p->begun };
	s.count = 0;
	setting_add(&s, "init", own_name, 0);
	for (unsigned k = 0; k < p->plan->uses; k++)
		setting_add(&s, plan->program[p->plan->use[k]].text.name, INIT_CHANNELS + k * CHANNEL_PAGES * PAGE,
			    INIT_PAGE + offsetof(struct init_page, service[k]));
	if (p->plan->clients)
		setting_add(&s, "clients", p->plan->clients, 0);
	if (p->begun)
		setting_add(&s, "begun", p->begun, 0);
	if (p->plan->archive)
		setting_add(&s, "archive", USER_ARCHIVE, 0);
	status = device_take(p, &s);
	if (!status)
		status = program_load(p, &s);
	p->alive = !status;
	if (!status)
		status = program_equip(p, plan, n);
	services_tell(all, plan);
	if (!status)
		status = program_run(p);
	if (status)
		program_stop(p);
	return status;
}

void
program_stop(struct program *p)
{
	if (p->alive)
		environment_end(&p->environment);
	device_free(&p->ports);
	device_free(&p->irq);
	device_free(&p->device);
	p->alive = false;
}

void
program_answer(struct program *p, enum status status, uint64_t value)
{
	p->page->status = status;
	p->page->value = value;
	__atomic_store_n(&p->page->answers, p->page->answers + 1, __ATOMIC_RELEASE);
	call_wake((uintptr_t)&p->page->answers);
}
