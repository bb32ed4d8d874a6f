/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames by name and bindings: each success, each error; and what becomes of a save area whose frame or binding goes. */
#include <exo/frames.h>
#include <exo/upcall.h>
#include <janus/slots.h>
#include "child.h"
#include "tap.h"

#define ALL	(RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE)
#define AT	0x200000000ul		/* where nothing is */
#define PAGES	100

enum { CHILD = 1 };

struct token { uint64_t payload, mac; };
static char stack[CHILD_STACK] __attribute__((aligned(16)));

static unsigned
take(struct token *t)
{
	return call_frame_alloc(FRAME_ANY, 0, 0, &t->payload, &t->mac);
}

static unsigned
bind_at(uint64_t address, struct token t, unsigned rights)
{
	return call_bind(address, t.payload, t.mac, rights);
}

static void
test_alloc(void)
{
	struct token t = { 0 }, again = { 0 };
	uint64_t physical = 0, granted = 0, rights = 0, accessed = 0, dirty = 0;

	tap_status(call_frame_alloc(3, 0, 0, &t.payload, &t.mac), ERR_BAD_VALUE);
	tap_status(call_frame_alloc(FRAME_COLOUR, 1ul << 32, 0, &t.payload, &t.mac), ERR_BAD_VALUE);
	tap_status(call_frame_alloc(FRAME_COLOUR, 0, 0, &t.payload, &t.mac), OK);
	tap_status(bind_at(AT, t, RIGHT_READ), OK);
	tap_status(call_binding(AT, &physical, &granted, &rights, &accessed, &dirty), OK);
	tap_status(call_frame_alloc(FRAME_AT, physical, 0, &again.payload, &again.mac), OK);	/* its own already */
	tap_ok(again.payload == t.payload && again.mac == t.mac, "the same token");
	tap_status(call_frame_alloc(FRAME_AT, 0x200000, 0, &again.payload, &again.mac), ERR_NO_FRAME);
	tap_status(call_frame_alloc(FRAME_AT, physical + 1, 0, &again.payload, &again.mac), ERR_BAD_VALUE);
	tap_status(call_frame_alloc(FRAME_AT, ~4095ul, 0, &again.payload, &again.mac), ERR_NO_FRAME);
	tap_status(call_frame_free(t.payload, t.mac), OK);
	tap_status(call_binding(AT, &physical, &granted, &rights, &accessed, &dirty), ERR_NOT_FOUND);
	tap_status(call_frame_alloc(FRAME_AT, physical, 0, &again.payload, &again.mac), OK);
	tap_status(bind_at(AT, t, RIGHT_READ), ERR_BAD_TOKEN);
	tap_status(call_frame_free(t.payload, t.mac), ERR_BAD_TOKEN);
	tap_status(call_frame_free(again.payload, again.mac), OK);
}

/* Beyond user level nothing is bound, whatever a table's empty entries look like. */
static void
test_beyond(void)
{
	uint64_t physical, granted, rights, accessed, dirty;

	tap_status(call_binding_table(128), OK);
	tap_status(call_binding(-7ul, &physical, &granted, &rights, &accessed, &dirty), ERR_NOT_FOUND);
	tap_status(call_binding(1ul << 62, &physical, &granted, &rights, &accessed, &dirty), ERR_NOT_FOUND);
	tap_status(call_binding_table(0), OK);
}

static void
test_tokens(void)
{
	struct token t = { 0 }, fewer = { 0 }, none = { 0 };

	tap_status(take(&t), OK);
	tap_status(call_frame_derive(t.payload, t.mac, RIGHT_READ | RIGHT_SHARE, SLOT_OWN, 0, &fewer.payload, &fewer.mac), OK);
	tap_status(call_frame_derive(t.payload, t.mac ^ 1, RIGHT_READ, SLOT_OWN, 0, &none.payload, &none.mac), ERR_BAD_TOKEN);
	tap_status(call_frame_derive(fewer.payload, fewer.mac, RIGHT_READ | RIGHT_WRITE, SLOT_OWN, 0, &none.payload, &none.mac), OK);
	tap_status(bind_at(AT, none, RIGHT_READ | RIGHT_WRITE), ERR_NO_RIGHT);
	tap_status(call_frame_derive(none.payload, none.mac, RIGHT_READ, SLOT_OWN, 0, &none.payload, &none.mac), ERR_NO_RIGHT);
	tap_status(call_frame_free(fewer.payload, fewer.mac), ERR_NO_RIGHT);
	tap_status(bind_at(AT, (struct token){ t.payload ^ 1ul << 20, t.mac }, RIGHT_READ), ERR_BAD_TOKEN);
	tap_status(bind_at(AT, fewer, RIGHT_READ), OK);
	tap_status(bind_at(AT, t, RIGHT_READ), ERR_EXISTS);
	tap_status(bind_at(AT + 1, t, RIGHT_READ), ERR_BAD_ADDRESS);
	tap_status(bind_at(0x7ffffffff000, t, RIGHT_READ), ERR_BAD_ADDRESS);
	tap_status(bind_at(AT, t, RIGHT_WRITE), ERR_BAD_VALUE);
	tap_status(bind_at(AT, t, 0x203), ERR_BAD_VALUE);
	tap_status(call_frame_free(t.payload, t.mac), OK);
}

static void
test_protect(void)
{
	static struct token t[PAGES];
	uint64_t physical = 0, granted = 0, rights = 0, accessed = 0, dirty = 0;
	unsigned bad = 0;

	for (int i = 0; i < PAGES; i++)
		bad |= take(&t[i]) | bind_at(AT + i * 4096ul, t[i], RIGHT_READ | RIGHT_WRITE);
	tap_equal(bad, OK);
	volatile uint64_t *word = (volatile uint64_t *)AT;
	tap_equal(*word, 0);
	*word = 7;
	tap_status(call_binding(AT, &physical, &granted, &rights, &accessed, &dirty), OK);
	tap_ok(accessed && dirty, "written");
	tap_status(call_binding(AT + 4096, &physical, &granted, &rights, &accessed, &dirty), OK);
	tap_ok(!accessed && !dirty, "not written");
	tap_status(call_protect(AT, PAGES, RIGHT_READ), OK);
	tap_status(call_binding(AT + (PAGES - 1) * 4096, &physical, &granted, &rights, &accessed, &dirty), OK);
	tap_equal(rights, RIGHT_READ);
	tap_equal(granted, RIGHT_READ | RIGHT_WRITE);
	tap_status(call_protect(AT, PAGES, RIGHT_READ | RIGHT_WRITE), OK);
	tap_equal(*word, 7);
	tap_status(call_protect(AT, PAGES, RIGHT_READ | RIGHT_EXECUTE), ERR_NO_RIGHT);
	tap_status(call_protect(AT, PAGES, 1ul << 32), ERR_BAD_VALUE);
	tap_status(call_protect(AT + 1, 1, RIGHT_READ), ERR_BAD_ADDRESS);
	tap_status(call_unbind(AT, ~0ul), ERR_BAD_ADDRESS);
	tap_status(call_unbind(AT, PAGES), OK);
	tap_status(call_binding(AT, &physical, &granted, &rights, &accessed, &dirty), ERR_NOT_FOUND);
	for (int i = 0; i < PAGES; i++)
		bad |= call_frame_free(t[i].payload, t[i].mac);
	tap_equal(bad, OK);
}

/* --- a child's save area, in a frame of its own ----------------------------------------------------------------------- */

enum how { NESTED, NO_HANDLER, UNBOUND, FREED, CASES };

static volatile unsigned reached;	/* cases whose handler was entered */
static volatile unsigned failed;	/* or in which a call failed */

/* Entered on the stack of what faulted, with all its registers: does nothing that needs any. */
extern char child_handler[];
__asm__(".text\n"
	"child_handler:\n"
	"	incl	reached(%rip)\n"
	"	mov	$0x200000000, %rax\n"
	"	mov	8(%rax), %rax\n"		/* reads the area */
	"	ud2\n");

static void
child(uint64_t how)
{
	struct token t = { 0 };
	uint64_t handler = how == NO_HANDLER ? AT + 0x10000000 : (uintptr_t)child_handler;

	failed |= take(&t) | bind_at(AT, t, RIGHT_READ | RIGHT_WRITE);
	failed |= call_exception_context(AT, handler, 0, 0);
	if (how == UNBOUND)
		failed |= call_unbind(AT, 1);
	if (how == FREED)
		failed |= call_frame_free(t.payload, t.mac);
	__builtin_trap();
}

static void
test_save_area(void)
{
	static const unsigned expected[CASES] = { 1, 0, 1, 0 };
	uint64_t name;

	for (uint64_t how = 0; how < CASES; how++) {
		reached = 0;
		tap_status(child_make(CHILD, &name), OK);
		tap_status(child_start(CHILD, stack, child, how), OK);
		call_yield();
		tap_equal(failed, 0);
		tap_equal(reached, expected[how]);
		tap_status(call_destroy(CHILD), OK);
	}
}

/* The short way of protect, and each step out of it. */
static void
test_protect_one(void)
{
	volatile uint64_t *word = (volatile uint64_t *)AT;
	uint64_t physical, granted, rights = 0, accessed, dirty;
	struct token t = { 0 };

	tap_status(take(&t), OK);
	tap_status(bind_at(AT, t, RIGHT_READ | RIGHT_WRITE), OK);
	*word = 5;
	tap_status(call_protect(AT, 1, 0), OK);
	tap_status(call_binding(AT, &physical, &granted, &rights, &accessed, &dirty), OK);
	tap_equal(rights, 0);
	tap_status(call_protect(AT, 1, RIGHT_READ), OK);
	tap_equal(*word, 5);
	tap_status(call_protect(AT, 1, RIGHT_READ | RIGHT_EXECUTE), ERR_NO_RIGHT);
	tap_status(call_protect(AT, 1, RIGHT_WRITE), ERR_BAD_VALUE);
	tap_status(call_protect(AT, 1, RIGHT_READ | RIGHT_SHARE), ERR_BAD_VALUE);
	tap_status(call_protect(AT, 1, 1ul << 32 | RIGHT_READ), ERR_BAD_VALUE);
	tap_status(call_protect(AT + 8, 1, RIGHT_READ), ERR_BAD_ADDRESS);
	tap_status(call_protect(0x7ffffffff000, 1, RIGHT_READ), ERR_BAD_ADDRESS);
	tap_status(call_protect(1ul << 63 | AT, 1, RIGHT_READ), ERR_BAD_ADDRESS);
	tap_status(call_binding(AT, &physical, &granted, &rights, &accessed, &dirty), OK);
	tap_equal(rights, RIGHT_READ);
	tap_status(call_protect(AT, 1, RIGHT_READ | RIGHT_WRITE), OK);
	*word = 6;
	tap_status(call_protect(AT + 4096, 1, RIGHT_READ), OK);		/* nothing is there: as of a range */
	tap_status(call_protect(AT + (1ul << 40), 1, RIGHT_READ), OK);
	tap_status(call_frame_free(t.payload, t.mac), OK);
	tap_status(call_protect(AT, 1, RIGHT_READ), OK);
}

int
main(void)
{
	test_alloc();
	test_tokens();
	test_beyond();
	test_protect();
	test_protect_one();
	test_save_area();
	tap_done();
}
