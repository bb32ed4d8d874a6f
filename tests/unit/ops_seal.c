/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tokens of objects and frames that come and go, at the same addresses over and over, in pages that change their use; against a model
 * that knows for each token ever kept which life of which object it was made for.
 */
#include <string.h>
#include "cap_world.h"
#include "core/seal.h"

#define OBJECTS		12			/* the first FRAMES are frames, the others objects */
#define FRAMES		4
#define TOKENS		64
#define SPACES		2

struct thing {
	void *object;				/* NULL: not made */
	u64 life;				/* counts its epochs */
	bool dying;
};

struct issued {
	struct token token;
	int thing;
	u64 life;
	unsigned rights;
	int holder;				/* a space, or NONE when the token is not bound */
	u64 holder_life;
};
#define NONE		(-1)

static struct thing thing[OBJECTS];
static struct issued issued[TOKENS];
static unsigned count;
static struct space *space[SPACES];
static u64 space_life[SPACES];

static enum kind
kind_of(int t)
{
	return t < FRAMES ? KIND_FRAME : KIND_PERSONALITY + t % 4;
}

static struct issued *
any_token(struct input *in)
{
	return count ? &issued[input_below(in, count < TOKENS ? count : TOKENS)] : NULL;
}

static unsigned
any_rights(struct input *in)
{
	return input_below(in, 4) ? 1u << input_below(in, 8) : input_below(in, 256);
}

/* --- steps --------------------------------------------------------------------------------------------------------- */

static void
step_make(struct input *in)
{
	int t = input_below(in, OBJECTS);
	struct space *owner = space[t % SPACES];

	if (thing[t].object)
		return;
	thing[t].object = t < FRAMES ? (void *)world_frame(owner) : world_object(owner, kind_of(t));
	thing[t].life++;
	thing[t].dying = false;
}

/* A frame is freed, or given to a pool and taken back from it, which ends its tokens too. */
static enum status
frame_end(struct frame *f, struct input *in)
{
	struct space *pool = space[input_below(in, SPACES)];
	struct frame *back;

	if (input_below(in, 2))
		return frame_free(f);
	enum status s = kmem_donate(pool, f);
	if (s)
		return s;
	if (kmem_reclaim(pool, &back) == OK)
		while (frame_free(back) == STATUS_RESTART)
			;
	return OK;
}

static void
step_end(struct input *in)
{
	int t = input_below(in, OBJECTS);

	if (!thing[t].object)
		return;
	enum status s = t < FRAMES ? frame_end(thing[t].object, in) : object_destroy(thing[t].object);
	expect(s == OK || s == STATUS_RESTART);
	thing[t].dying = t >= FRAMES;
	if (s == OK)
		thing[t].object = NULL;
}

static void
step_new_epoch(struct input *in)
{
	int t = input_below(in, OBJECTS), s = input_below(in, SPACES);

	if (input_below(in, 4) == 0) {
		seal_revoke(space[s], KIND_SPACE);
		space_life[s]++;
	} else if (thing[t].object) {
		seal_revoke(thing[t].object, kind_of(t));
		thing[t].life++;
	}
}

static void
keep(struct token token, int t, unsigned rights, int holder)
{
	issued[count++ % TOKENS] = (struct issued){
		.token = token, .thing = t, .life = thing[t].life, .rights = rights, .holder = holder,
		.holder_life = holder == NONE ? 0 : space_life[holder],
	};
}

static void
step_seal(struct input *in)
{
	int t = input_below(in, OBJECTS), holder = (int)input_below(in, SPACES + 1) - 1;
	unsigned rights = any_rights(in);

	if (!thing[t].object)
		return;
	if (holder == NONE)
		keep(seal(thing[t].object, kind_of(t), rights), t, rights, holder);
	else
		keep(seal_bound(thing[t].object, kind_of(t), rights, space[holder]), t, rights, holder);
}

/* What opening a kept token as KIND with RIGHTS, in space HOLDER when bound, must say. */
static enum status
verdict(const struct issued *i, enum kind kind, unsigned rights, int holder)
{
	const struct thing *t = &thing[i->thing];

	if (!t->object || t->life != i->life || (t->dying && !(rights & RIGHT_DESTROY)) || i->holder != holder)
		return ERR_BAD_TOKEN;
	if (holder != NONE && i->holder_life != space_life[holder])
		return ERR_BAD_TOKEN;
	if (kind != kind_of(i->thing))
		return ERR_BAD_TOKEN;
	return rights & ~i->rights ? ERR_NO_RIGHT : OK;
}

static void
step_unseal(struct input *in)
{
	struct issued *i = any_token(in);

	if (!i)
		return;
	int holder = input_below(in, 4) ? i->holder : (int)input_below(in, SPACES + 1) - 1;
	enum kind kind = input_below(in, 4) ? kind_of(i->thing) : input_below(in, KIND_LIMIT);
	unsigned rights = input_below(in, 2) ? i->rights : any_rights(in);
	struct capability c;
	enum status s = holder == NONE ? unseal(i->token, kind, rights, &c) :
					 unseal_bound(i->token, kind, rights, space[holder], &c);

	expect(s == verdict(i, kind, rights, holder));
	if (s == OK)
		expect(c.object == thing[i->thing].object && c.badge == 0 && c.type == (kind << 8 | i->rights));
}

static void
step_derive(struct input *in)
{
	struct issued *i = any_token(in);
	unsigned rights = any_rights(in);
	struct token fewer;

	if (!i)
		return;
	enum status s = seal_derive(i->token, rights, &fewer);
	expect(s == verdict(i, kind_of(i->thing), RIGHT_SHARE, NONE));
	if (s == OK)
		keep(fewer, i->thing, i->rights & rights, NONE);
}

/* A bit of a token changed, or its name another address. */
static void
step_forge(struct input *in)
{
	struct issued *i = any_token(in);
	struct capability c;

	if (!i)
		return;
	struct token forged = i->token;
	if (input_below(in, 2))
		forged.payload ^= 1ul << input_below(in, 64);
	else
		forged.mac ^= 1ul << input_below(in, 64);
	if (input_below(in, 4) == 0)
		forged.payload ^= input_below(in, 1 << 20);
	if (forged.payload == i->token.payload && forged.mac == i->token.mac)
		return;
	expect(unseal(forged, forged.payload >> 56, 0, &c) == ERR_BAD_TOKEN);
	expect(unseal_bound(forged, forged.payload >> 56, 0, space[0], &c) == ERR_BAD_TOKEN);
}

/* Ends are seldom, so that tokens have a life. */
static void
step(struct input *in)
{
	static void (*const often[])(struct input *in) = {
		step_make, step_seal, step_seal, step_unseal, step_unseal, step_unseal, step_derive, step_forge,
	};

	if (input_below(in, 16))
		often[input_below(in, ARRAY_SIZE(often))](in);
	else if (input_below(in, 4))
		step_end(in);
	else
		step_new_epoch(in);
}

/* --- begin, all tokens at once, end ------------------------------------------------------------------------------------ */

static void
check(void)
{
	for (unsigned n = 0; n < count && n < TOKENS; n++) {
		const struct issued *i = &issued[n];
		struct capability c;
		enum status s = i->holder == NONE ? unseal(i->token, kind_of(i->thing), 0, &c) :
						    unseal_bound(i->token, kind_of(i->thing), 0, space[i->holder], &c);
		expect(s == verdict(i, kind_of(i->thing), 0, i->holder));
	}
}

static void
setup(struct input *in)
{
	const u64 key[2] = { input_below(in, 1ul << 32), 7 };

	memset(thing, 0, sizeof(thing));
	memset(issued, 0, sizeof(issued));
	memset(space_life, 0, sizeof(space_life));
	count = 0;
	world_init();
	seal_init(key);
	for (int s = 0; s < SPACES; s++)
		space[s] = world_space(s, 2 + input_below(in, 3));
}

static void
teardown(void)
{
	for (int t = 0; t < OBJECTS; t++)
		if (thing[t].object)
			expect((t < FRAMES ? frame_free(thing[t].object) : object_destroy(thing[t].object)) == OK);
	for (int s = 0; s < SPACES; s++)
		expect(space[s]->kmem.pages_free == space[s]->kmem.pages);
}

const struct operations ops_seal = {
	.name = "seal", .setup = setup, .step = step, .verify = check, .teardown = teardown,
};
