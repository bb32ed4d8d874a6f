/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root task's reading of any manifest that is put together from likely words and damage: what it accepts is consistent, what it refuses
 * has a line that exists.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "plan.h"
#include "plan_archive.h"
#include "unit.h"

#define TEXT_LIMIT	4096


/* --- manifests ------------------------------------------------------------------------------------------------------ */

static const char *const words[] = {
	"program", "a", "b", "c", "bin/p", "bin/none", "\"", "#", "=", ",", "\n", "\nprogram x bin/p", "\nprogram y bin/p", " ", "\t", "\r", "\1", "+", "-1",
	"serves=x", "serves=y,z", "serves=", "uses=x", "uses=x,y,z", "uses=,", "pager=x", "pager=y", "pager=", "priority=3", "priority=256",
	"memory=64K", "memory=0xfffffffffffff000", "memory=M", "kmem=8", "kmem=100%", "memory=1%", "kmem=%", "kmem=0", "ports=0x3f8+8", "ports=0x3f0+16", "ports=1+65536",
	"irq=4", "irq=4,4,4,4,4,4,4,4,4", "device=0xfed00000", "device=0xfed00000+0xffffffffffffffff", "start=no", "budget=5", "period=9", "restart=always", "restart",
};

static size_t
compose(struct input *in, char text[TEXT_LIMIT])
{
	size_t n = (size_t)snprintf(text, TEXT_LIMIT, "program root bin/p\nprogram p bin/p ");
	u64 count = input_below(in, 40);

	for (u64 i = 0; i < count; i++)
		n += (size_t)snprintf(text + n, TEXT_LIMIT - n, "%s%s", words[input_below(in, ARRAY_SIZE(words))], input_below(in, 4) ? " " : "");
	if (input_below(in, 4) == 0)
		text[input_below(in, n)] = (char)input_below(in, 256);
	return n;
}

static void
ranges_verify(const struct setting_range *list, unsigned count, u64 end)
{
	expect(count <= PLAN_LIST);
	for (unsigned i = 0; i < count; i++)
		expect(list[i].count && list[i].first < end && list[i].count <= end - list[i].first);
}

static void
program_verify(const struct plan *plan, const struct plan_program *p)
{
	expect(p->priority < 256 && p->kmem && p->budget <= p->period && p->grounded && p->elf.segments == 1);
	expect(p->pager == PLAN_NONE || (unsigned)p->pager < plan->services);
	expect(p->serves <= PLAN_LIST && p->uses <= PLAN_LIST);
	for (unsigned i = 0; i < p->serves; i++)
		expect((unsigned)p->service[i] < plan->services);
	for (unsigned i = 0; i < p->uses; i++)
		expect((unsigned)p->use[i] < plan->services);
	ranges_verify(p->port, p->ports, 65536);
	ranges_verify(p->irq, p->irqs, 256);
	ranges_verify(p->device, p->devices, 1ul << 40);
}

static void
step(struct input *in)
{
	static struct plan plan;
	struct archive archive;
	char text[TEXT_LIMIT];
	unsigned lines = 1;
	size_t n = compose(in, text), bytes;
	unsigned char *image = plan_archive(text, n, &bytes);

	for (size_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	archive_open(&archive, image, bytes);
	if (plan_read(&plan, &archive, ~0ul >> 12)) {
		expect(plan.line && plan.line <= lines && plan.problem);
	} else {
		for (unsigned i = 0; i < plan.programs; i++)
			program_verify(&plan, &plan.program[i]);
	}
	free(image);
}

static void
setup(struct input *in)
{
}

static void
nothing(void)
{
}

const struct operations ops_plan = { .name = "plan", .setup = setup, .step = step, .verify = nothing, .teardown = nothing };
