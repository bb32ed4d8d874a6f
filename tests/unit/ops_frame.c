/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random operations on frames, against a model: for each page of RAM, whether it is free, and a list of the frames handed out.  The
 * model decides exactly whether an allocation must succeed.
 */
#include <stdlib.h>
#include <string.h>
#include "core/cap.h"
#include "core/frame.h"
#include "core/space.h"
#include "ops_frame.h"

#define SPACES		4
#define FRAMES		16384		/* handed out at a time, at most */
#define SLOTS		64

struct held {
	struct frame *frame;
	unsigned order, space;
	bool dirty;
};

static struct {
	u64 pages;			/* of the machine */
	u8 *ram, *used;			/* by page frame number */
	unsigned colours;
	struct held held[FRAMES];
	unsigned count;
	struct space spaces[SPACES];
	struct capability slots[SLOTS];
	unsigned verifications;
} model;

/* --- machines ---------------------------------------------------------------------------------------------------- */

/* Pieces that begin and end inside of 2M, a hole, RAM that the kernel took: all the edges in 12 MiB. */
static const struct boot_region small_machine[] = {
	{ .base = 0, .bytes = 0x1000, .kind = REGION_RESERVED },
	{ .base = 0x1000, .bytes = 0x9e000, .kind = REGION_RAM },
	{ .base = 0x9f000, .bytes = 0x61000, .kind = REGION_RESERVED },
	{ .base = 0x100000, .bytes = 0x180000, .kind = REGION_BOOT },
	{ .base = 0x280000, .bytes = 0x5a3000, .kind = REGION_RAM },
	{ .base = 0x823000, .bytes = 0x4000, .kind = REGION_ACPI },
	{ .base = 0x827000, .bytes = 0x3d9000, .kind = REGION_RAM },
};

/* Two pieces of 1G, one of them next to other RAM. */
static const struct boot_region large_machine[] = {
	{ .base = 0, .bytes = 0x200000, .kind = REGION_BOOT },
	{ .base = 0x200000, .bytes = 0x3fe00000, .kind = REGION_DEVICE },
	{ .base = 0x40000000, .bytes = 0x40400000, .kind = REGION_RAM },
	{ .base = 0x80400000, .bytes = 0x3fc00000, .kind = REGION_DEVICE },
	{ .base = 0xc0000000, .bytes = 0x40000000, .kind = REGION_RAM },
};

static void
setup(struct input *in, const struct boot_region *regions, unsigned count)
{
	free(model.ram);
	free(model.used);
	memset(&model, 0, sizeof(model));
	machine_fill_limit = 0;		/* contents are not looked at before they are written */
	machine_regions(regions, count);
	model.pages = machine.bytes / PAGE_SIZE;
	model.ram = calloc(model.pages, 1);
	model.used = calloc(model.pages, 1);
	for (unsigned i = 0; i < count; i++)
		if (regions[i].kind == REGION_RAM)
			memset(model.ram + regions[i].base / PAGE_SIZE, 1 + i, regions[i].bytes / PAGE_SIZE);
	model.colours = 1u << input_below(in, 9);
	frame_init(model.colours);
}

static void
setup_small(struct input *in)
{
	setup(in, small_machine, ARRAY_SIZE(small_machine));
}

static void
setup_large(struct input *in)
{
	setup(in, large_machine, ARRAY_SIZE(large_machine));
}

/* --- what the model knows --------------------------------------------------------------------------------------- */

/* [P, P + 2^ORDER) is free, and one region's. */
static bool
is_free(u64 p, unsigned order)
{
	u64 count = 1ul << order;

	if (p + count > model.pages || !model.ram[p])
		return false;
	return !memchr(model.used + p, 1, count) && model.ram[p] == model.ram[p + count - 1];
}

static bool
any_free(unsigned order)
{
	for (u64 p = 0; p < model.pages; p += 1ul << order)
		if (is_free(p, order))
			return true;
	return false;
}

static bool
colour_free(unsigned colour)
{
	for (u64 p = colour; p < model.pages; p += model.colours)
		if (is_free(p, ORDER_4K))
			return true;
	return false;
}

static void
add(struct frame *f, unsigned order, unsigned space)
{
	u64 p = frame_number(f);

	expect(is_free(p, order) && p % (1ul << order) == 0);
	expect(f->state == FRAME_USER && f->order == order && f->owner == &model.spaces[space] && f->dirty);
	memset(model.used + p, 1, 1ul << order);
	model.held[model.count++] = (struct held){ f, order, space, true };
}

static void
drop(unsigned i)
{
	memset(model.used + frame_number(model.held[i].frame), 0, 1ul << model.held[i].order);
	model.held[i] = model.held[--model.count];
}

/* --- operations -------------------------------------------------------------------------------------------------- */

static const enum order orders[] = { ORDER_4K, ORDER_2M, ORDER_1G };

static enum order
choose_order(struct input *in)
{
	return orders[input_below(in, 16) < 12 ? 0 : 1 + input_below(in, 2)];
}

/* An allocation answered S; it should succeed if POSSIBLE, but for an injected failure. */
static void
allocated(enum status s, bool possible, bool injected, struct frame *f, unsigned order, unsigned space)
{
	expect(s == OK || s == ERR_NO_FRAME);
	expect((s == OK) == (possible && !injected));
	if (s == OK)
		add(f, order, space);
}

static void
alloc_any(struct input *in)
{
	enum order order = choose_order(in);
	unsigned space = input_below(in, SPACES);
	bool possible = any_free(order), injected = check_fail_countdown == 1;
	struct frame *f = NULL;
	enum status s = frame_alloc_any(&model.spaces[space], order, &f);

	allocated(s, possible, injected, f, order, space);
}

static void
alloc_colour(struct input *in)
{
	unsigned colour = input_below(in, model.colours + 1);
	unsigned space = input_below(in, SPACES);
	bool injected = check_fail_countdown == 1;
	struct frame *f = NULL;
	enum status s = frame_alloc_colour(&model.spaces[space], colour, &f);

	if (colour == model.colours) {
		expect(s == ERR_BAD_VALUE);
		return;
	}
	expect(s || frame_colour(f) == colour);
	allocated(s, s == OK || colour_free(colour), injected, f, ORDER_4K, space);
}

static void
alloc_at(struct input *in)
{
	enum order order = choose_order(in);
	unsigned space = input_below(in, SPACES);
	u64 p = input_below(in, model.pages + 8);
	paddr_t pa = p * PAGE_SIZE & (input_below(in, 8) ? -order_bytes(order) : -1ul);
	struct frame *f;

	if (pa & (order_bytes(order) - 1)) {
		expect(frame_alloc_at(&model.spaces[space], pa, order, &f) == ERR_BAD_VALUE);
		return;
	}
	p = pa / PAGE_SIZE;
	bool possible = is_free(p, order);
	bool injected = check_fail_countdown == 1 && frame_lookup(pa);
	enum status s = frame_alloc_at(&model.spaces[space], pa, order, &f);
	expect(s || frame_address(f) == pa);
	allocated(s, possible, injected, f, order, space);
}

static void
bad_order(struct input *in)
{
	u64 order = 1 + input_below(in, 250) + (input_below(in, 4) << 32);
	struct frame *f;

	if (order == ORDER_2M || order == ORDER_1G)
		return;
	expect(frame_alloc_any(&model.spaces[0], order, &f) == ERR_BAD_VALUE);
	expect(frame_alloc_at(&model.spaces[0], 0, order, &f) == ERR_BAD_VALUE);
}

/* Some capabilities to F, one derived from the other. */
static void
give_caps(struct input *in, struct frame *f)
{
	for (unsigned i = input_below(in, 6); i; i--) {
		struct capability *slot = &model.slots[input_below(in, SLOTS)];

		if (!slot->type)
			cap_insert(slot, f, KIND_FRAME, RIGHTS_ALL, 0);
	}
}

static bool
has_cap(const struct frame *f)
{
	for (unsigned i = 0; i < SLOTS; i++)
		if (model.slots[i].type && model.slots[i].object == f)
			return true;
	return false;
}

static void
free_one(struct input *in)
{
	if (!model.count)
		return;
	unsigned i = input_below(in, model.count);
	struct frame *f = model.held[i].frame;

	give_caps(in, f);
	struct capability *c = f->caps ? container_of(f->caps, struct capability, open) : NULL;
	bool by = c && input_below(in, 2);
	while ((by ? frame_free_by(c) : frame_free(f)) == STATUS_RESTART)
		expect(f->state == FRAME_USER && (!by || c->object == f));
	expect(f->state == FRAME_FREE || f->state == FRAME_PART);
	expect(!has_cap(f));
	drop(i);
}

static void
split_one(struct input *in)
{
	if (!model.count)
		return;
	unsigned i = input_below(in, model.count);
	struct held h = model.held[i];

	if (h.order == ORDER_4K) {
		expect(frame_split(h.frame) == ERR_BAD_VALUE);
	} else if (h.frame->caps) {
		expect(frame_split(h.frame) == ERR_WRONG_STATE);
	} else if (model.count + 512 < FRAMES) {
		expect(frame_split(h.frame) == OK);
		drop(i);
		for (unsigned part = 0; part < 512; part++) {
			struct frame *f = h.frame + ((u64)part << (h.order - 9));

			expect(f->dirty == h.dirty);
			f->dirty = true;
			add(f, h.order - 9, h.space);
			f->dirty = model.held[model.count - 1].dirty = h.dirty;
		}
	}
}

static void
clear_one(struct input *in)
{
	if (!model.count)
		return;
	struct held *h = &model.held[input_below(in, model.count)];
	u64 *memory = arch_direct(frame_address(h->frame));
	u64 words = order_bytes(h->order) / sizeof(u64);
	u64 word = input_below(in, words);

	if (h->order == ORDER_1G)
		return;
	u64 before = machine.cleared_pages;
	if (h->dirty)
		memory[word] = 1;
	while (frame_clear(h->frame) == STATUS_RESTART)
		expect(h->frame->dirty);
	expect(machine.cleared_pages - before == (h->dirty ? 1ul << h->order : 0));
	expect(!h->frame->dirty && (!h->dirty || (!memory[word] && !memory[0] && !memory[words - 1])));
	h->dirty = false;
}

static void
disown_one(struct input *in)
{
	unsigned space = input_below(in, SPACES);

	while (frame_disown(&model.spaces[space]) == STATUS_RESTART)
		;
	expect(!model.spaces[space].frames && !model.spaces[space].frames_held);
	for (unsigned i = model.count; i--;)
		if (model.held[i].space == space)
			drop(i);
}

static void
look_up(struct input *in)
{
	u64 p = input_below(in, model.pages + 8);
	paddr_t pa = p * PAGE_SIZE + input_below(in, PAGE_SIZE);
	struct frame *f = frame_lookup(pa);

	if (p >= model.pages || !model.ram[p]) {
		expect(!f || f->state == FRAME_BOOT);
		return;
	}
	expect(f == frame_of(pa));
	struct frame *head = frame_head(f);
	expect(head->state == FRAME_FREE || head->state == FRAME_USER);
	expect((head->state == FRAME_USER) == model.used[p]);
	expect(f >= head && f < head + (1ul << head->order));
}

static void
step(struct input *in)
{
	static void (*const operations[])(struct input *) = {
		alloc_any, alloc_any, alloc_any, alloc_at, alloc_at, alloc_colour, alloc_colour,
		free_one, free_one, free_one, free_one, free_one, split_one, clear_one, look_up, look_up,
	};
	unsigned choice = input_below(in, 256);

	if (model.count == FRAMES || choice == 255)
		disown_one(in);
	else if (choice == 254)
		bad_order(in);
	else
		operations[choice % ARRAY_SIZE(operations)](in);
}

/* --- checks ------------------------------------------------------------------------------------------------------ */

static void
verify_frames(void)
{
	u64 count[FRAME_STATES], used = 0, held[SPACES] = { 0 };

	frame_check();
	frame_count(count);
	for (unsigned i = 0; i < model.count; i++) {
		used += 1ul << model.held[i].order;
		held[model.held[i].space] += 1ul << model.held[i].order;
	}
	expect(count[FRAME_USER] == used);
	for (unsigned i = 0; i < SPACES; i++)
		expect(model.spaces[i].frames_held == held[i]);
}

static void
verify(void)
{
	verify_frames();
}

/* A walk over 600,000 records takes its time. */
static void
verify_seldom(void)
{
	if (model.verifications++ % 16 == 15)
		verify_frames();
}

static void
teardown(void)
{
	u64 count[FRAME_STATES];

	for (unsigned i = 0; i < SPACES; i++)
		while (frame_disown(&model.spaces[i]) == STATUS_RESTART)
			;
	frame_check();
	frame_count(count);
	expect(count[FRAME_USER] == 0);
	for (unsigned i = 0; i < SLOTS; i++)
		expect(!model.slots[i].type);
}

const struct operations ops_frame = { "frame", setup_small, step, verify, teardown };
const struct operations ops_frame_large = { "frame_large", setup_large, step, verify_seldom, teardown };
