/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random operations on pools, against a model: what is allocated, from which pool, filled with a pattern of its own; and how many pages
 * each pool was given.  An allocation may fail only when its pool has no unused page (or by injection).
 */
#include <string.h>
#include "core/cap.h"
#include "core/frame.h"
#include "core/kmem.h"
#include "core/object.h"
#include "core/thread.h"
#include "ops_kmem.h"

#define SPACES		4
#define MACHINE_BYTES	(2ul << 20)
#define ITEMS		4096		/* allocated at a time, at most */
#define KIND_BIG	(KIND_PERSONALITY + 1)	/* a whole-page kind of the test's */

struct item {
	u8 *memory;
	u32 bytes;
	u8 space, kind, state;		/* state: 0 for slab objects, else that of the page */
	u8 pattern;
};

static struct {
	struct space spaces[SPACES];
	struct item items[ITEMS];
	unsigned count;
	u64 donated[SPACES];		/* pages in each pool */
	u8 next_pattern;
	unsigned generosity;		/* pages donated at a time, at most */
} model;

static const u16 kind_bytes[KIND_LIMIT] = {
	[KIND_IRQ] = 104, [KIND_PORTS] = 40, [KIND_DEVICE] = 56, [KIND_PERSONALITY] = 700, [KIND_LIMIT - 1] = 2048,
};

static void
setup(struct input *in)
{
	memset(&model, 0, sizeof(model));
	machine_ram(MACHINE_BYTES);
	frame_init(1u << input_below(in, 4));
	model.generosity = 1 + input_below(in, 6);
}

/* --- items ------------------------------------------------------------------------------------------------------- */

/* An object's header is part of what is checked: the pattern begins behind it. */
static u32
pattern_begin(const struct item *i)
{
	return i->kind == KIND_THREAD ? sizeof(struct thread) : i->kind ? sizeof(struct object) : 0;
}

static struct object *
item_object(const struct item *i)
{
	return i->kind == KIND_THREAD ? &((struct thread *)i->memory)->object : (struct object *)i->memory;
}

static bool
filled_with(const u8 *memory, u64 bytes, u8 value)
{
	return !bytes || (memory[0] == value && !memcmp(memory, memory + 1, bytes - 1));
}

static void
item_add(struct item item, bool cleared)
{
	expect(!cleared || filled_with(item.memory, item.bytes, 0));
	item.pattern = ++model.next_pattern;
	memset(item.memory, item.pattern, item.bytes);
	if (item.kind)
		object_init(item_object(&item), item.kind, &model.spaces[item.space]);
	model.items[model.count++] = item;
}

static void
item_check(const struct item *i)
{
	u32 begin = pattern_begin(i);

	expect(filled_with(i->memory + begin, i->bytes - begin, i->pattern));
	if (i->kind)
		expect(kmem_object_at(arch_physical(item_object(i)), i->kind) == item_object(i));
}

static void
item_remove(unsigned index)
{
	struct item i = model.items[index];

	item_check(&i);
	if (i.kind)
		object_fini(item_object(&i));
	if (i.state)
		kmem_page_free(frame_of(arch_physical(i.memory)));
	else
		kmem_free(i.memory);
	if (i.kind)
		expect(!kmem_object_at(arch_physical(item_object(&i)), i.kind));
	model.items[index] = model.items[--model.count];
}

/* What an allocation that failed must have found. */
static void
refused(unsigned space, u64 failures, bool injected)
{
	expect(model.spaces[space].kmem.failures == failures + 1);
	expect(injected || !model.spaces[space].kmem.free);
}

/* --- operations -------------------------------------------------------------------------------------------------- */

static void
alloc_records(struct input *in)
{
	unsigned space = input_below(in, SPACES);
	u32 bytes = 1 + input_below(in, KMEM_SIZE_MAX);
	bool raw = input_below(in, 2), injected = check_fail_countdown == 1;
	u64 failures = model.spaces[space].kmem.failures;
	u8 *p = raw ? kmem_alloc_raw(&model.spaces[space], bytes) : kmem_alloc(&model.spaces[space], bytes, KIND_NONE);

	if (p)
		item_add((struct item){ .memory = p, .bytes = bytes, .space = space }, !raw);
	else
		refused(space, failures, injected);
}

static void
alloc_object(struct input *in)
{
	static const u8 kinds[] = { KIND_IRQ, KIND_PORTS, KIND_DEVICE, KIND_PERSONALITY, KIND_LIMIT - 1 };
	unsigned space = input_below(in, SPACES);
	u8 kind = kinds[input_below(in, ARRAY_SIZE(kinds))];
	bool injected = check_fail_countdown == 1;
	u64 failures = model.spaces[space].kmem.failures;
	u8 *p = kmem_alloc(&model.spaces[space], kind_bytes[kind], kind);

	if (p)
		item_add((struct item){ .memory = p, .bytes = kind_bytes[kind], .space = space, .kind = kind }, true);
	else
		refused(space, failures, injected);
}

static void
alloc_page(struct input *in)
{
	static const struct { u8 state, kind; } pages[] = {
		{ FRAME_TABLE, KIND_NONE }, { FRAME_COMPANION, KIND_NONE }, { FRAME_PAGE, KIND_NONE },
		{ FRAME_PAGE, KIND_THREAD }, { FRAME_PAGE, KIND_BIG },
	};
	unsigned space = input_below(in, SPACES), which = input_below(in, ARRAY_SIZE(pages));
	bool injected = check_fail_countdown == 1;
	u64 failures = model.spaces[space].kmem.failures;
	struct frame *f = kmem_page_alloc(&model.spaces[space], pages[which].state, pages[which].kind);

	if (!f) {
		refused(space, failures, injected);
		return;
	}
	item_add((struct item){ .memory = arch_direct(frame_address(f)), .bytes = PAGE_SIZE, .space = space,
				.kind = pages[which].kind, .state = pages[which].state }, true);
}

static void
free_item(struct input *in)
{
	if (model.count)
		item_remove(input_below(in, model.count));
}

/* Donate, by frame or by one of its capabilities. */
static void
donate(struct input *in)
{
	struct space *donor = &model.spaces[input_below(in, SPACES)];
	unsigned to = input_below(in, SPACES);
	struct capability slots[3] = { 0 };
	struct frame *f;
	enum status s;

	if (frame_alloc_any(donor, ORDER_4K, &f))
		return;
	memset(arch_direct(frame_address(f)), 0x77, PAGE_SIZE);
	for (unsigned i = input_below(in, 4); i--;)
		cap_insert(&slots[i], f, KIND_FRAME, RIGHTS_ALL, 0);
	bool by = slots[0].object && input_below(in, 2);
	do
		s = by ? kmem_donate_by(&model.spaces[to], &slots[0]) : kmem_donate(&model.spaces[to], f);
	while (s == STATUS_RESTART);
	expect(s == OK && f->state == FRAME_KMEM && f->pool == &model.spaces[to] && f->owner == donor);
	expect(filled_with(arch_direct(frame_address(f)), PAGE_SIZE, 0));
	for (unsigned i = 0; i < ARRAY_SIZE(slots); i++)
		expect(!slots[i].object);
	model.donated[to]++;
}

static void
donate_some(struct input *in)
{
	for (unsigned pages = 1 + input_below(in, model.generosity); pages; pages--)
		donate(in);
}

static void
reclaim(struct input *in)
{
	unsigned space = input_below(in, SPACES);
	bool possible = model.spaces[space].kmem.pages_free;
	struct frame *f;
	enum status s = kmem_reclaim(&model.spaces[space], &f);

	expect(s == (possible ? OK : ERR_NO_KMEM));
	if (s)
		return;
	model.donated[space]--;
	if (!f)
		return;
	expect(f->state == FRAME_USER && f->dirty && f->owner && !f->caps && !f->maps);
	if (input_below(in, 2))
		expect(frame_free(f) == OK);
}

/* A donor goes away; its pages stay where they are. */
static void
disown(struct input *in)
{
	struct space *donor = &model.spaces[input_below(in, SPACES)];

	while (frame_disown(donor) == STATUS_RESTART)
		;
	expect(!donor->frames && !donor->frames_held);
}

/* A pool ends: all that is in it first. */
static void
destroy(struct input *in)
{
	unsigned space = input_below(in, SPACES);

	for (unsigned i = model.count; i--;)
		if (model.items[i].space == space)
			item_remove(i);
	expect(!kmem_object_any(&model.spaces[space]));
	expect(model.spaces[space].kmem.pages_free == model.donated[space]);
	while (kmem_destroy(&model.spaces[space]) == STATUS_RESTART)
		;
	model.donated[space] = 0;
}

/* Any address and kind: an object only where the model has one. */
static void
object_at(struct input *in)
{
	paddr_t pa = input_below(in, machine.bytes + PAGE_SIZE);
	enum kind kind = input_below(in, KIND_LIMIT + 4);

	if (input_below(in, 2) && model.count)
		pa = arch_physical(model.items[input_below(in, model.count)].memory) + 8 * input_below(in, 64);
	struct object *o = kmem_object_at(pa, kind), *expected = NULL;
	for (unsigned i = 0; i < model.count; i++)
		if (kind && model.items[i].kind == kind && arch_physical(item_object(&model.items[i])) == pa)
			expected = item_object(&model.items[i]);
	expect(o == expected);
}

static void
any_object(struct input *in)
{
	unsigned space = input_below(in, SPACES);
	struct object *o = kmem_object_any(&model.spaces[space]);
	bool found = false, there = false;

	for (unsigned i = 0; i < model.count; i++)
		if (model.items[i].kind && model.items[i].space == space) {
			there = true;
			found |= item_object(&model.items[i]) == o;
		}
	expect(there ? found : !o);
}

static void
step(struct input *in)
{
	static void (*const operations[])(struct input *) = {
		alloc_records, alloc_records, alloc_records, alloc_records, alloc_object, alloc_object, alloc_object, alloc_page,
		free_item, free_item, free_item, donate_some, donate_some, reclaim, object_at, any_object,
	};
	unsigned choice = input_below(in, 256);

	if (model.count == ITEMS || (choice == 255 && !input_below(in, 4)))
		destroy(in);
	else if (choice == 254)
		disown(in);
	else
		operations[choice % ARRAY_SIZE(operations)](in);
}

/* --- checks ------------------------------------------------------------------------------------------------------ */

static void
verify(void)
{
	u64 count[FRAME_STATES], pages = 0, free = 0;

	frame_check();
	for (unsigned i = 0; i < model.count; i++)
		item_check(&model.items[i]);
	for (unsigned i = 0; i < SPACES; i++) {
		kmem_check(&model.spaces[i]);
		expect(model.spaces[i].kmem.pages == model.donated[i]);
		pages += model.donated[i];
		free += model.spaces[i].kmem.pages_free;
	}
	frame_count(count);
	expect(count[FRAME_KMEM] == free);
	expect(count[FRAME_KMEM] + count[FRAME_TABLE] + count[FRAME_COMPANION] + count[FRAME_OBJECTS] + count[FRAME_PAGE] == pages);
}

static void
teardown(void)
{
	u64 count[FRAME_STATES];

	while (model.count)
		item_remove(model.count - 1);
	for (unsigned i = 0; i < SPACES; i++) {
		expect(kmem_destroy(&model.spaces[i]) == OK);
		expect(frame_disown(&model.spaces[i]) == OK);
	}
	frame_count(count);
	expect(count[FRAME_FREE] + count[FRAME_BOOT] == MACHINE_BYTES / PAGE_SIZE - 1);
	frame_check();
}

const struct operations ops_kmem = { "kmem", setup, step, verify, teardown };
