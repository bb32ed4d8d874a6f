/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sealed tokens.  Owns the key.
 *
 * A token is opened by computing its MAC again from the epoch of what stands at its name now.  The MAC is computed whatever
 * stands there (epoch 0 for nothing) and compared as one word, so that neither the answer nor the work that it took tells a
 * forged token from a stale one.  What has an epoch that matches is the object that was sealed, as no epoch is used twice.
 *
 * Opening has a way of few instructions, for what is in the largest part of RAM, as nearly everything is, and a general one
 * (token_open), which it falls back to.
 */
#include "core/seal.h"
#include "core/arch.h"
#include "core/frame.h"
#include "core/log.h"
#include "core/object.h"
#include "core/panic.h"
#include "core/siphash.h"

#define TYPE_SHIFT	48		/* in the payload: kind and rights, as in capability.type */
#define KIND_SHIFT	56
#define NAME_MASK	((1ull << TYPE_SHIFT) - 1)
#define HEADER_MASK	(NAME_MASK & ~15ull)	/* so that what is read there is aligned and in one page, whatever the name says */

/* What unseal reads, side by side: the key, and how a name in the largest part of RAM becomes an address. */
static struct {
	struct siphash key;
	struct frame_extent ram;
	struct frame *frames;		/* record of its first page */
	u8 *direct;			/* direct map of physical address 0 */
} seal_state;

/* --- the key ---------------------------------------------------------------------------------------------------- */

void
seal_init(const u64 key[2])
{
	seal_state.key = siphash_key(key[0], key[1]);
	seal_state.ram = frame_main_extent;
	seal_state.frames = frame_of(frame_main_extent.first << PAGE_SHIFT);
	seal_state.direct = arch_direct(0);
}

void
seal_init_from(const void *file, size_t bytes)
{
	u64 key[2];

	if (!arch_random(&key[0]) || !arch_random(&key[1])) {
		if (file && bytes < sizeof(key))
			boot_refuse("boot archive: key: it has %zu bytes; give %zu random ones", bytes, sizeof(key));
		key[0] = key[1] = arch_clock();
		if (file)
			__builtin_memcpy(key, file, sizeof(key));
		else
			log_line("no hardware random numbers and no file `key' in the boot archive: sealed tokens can be forged");
	}
	seal_init(key);
}

/* --- the MAC ---------------------------------------------------------------------------------------------------- */

/* HOLDER is NULL for a token that is not bound.  An epoch has the shorter message's length in it already (object.h). */
static ALWAYS_INLINE u64
mac(u64 payload, u64 epoch, const struct space *holder)
{
	struct siphash s = siphash_first(&seal_state.key, payload);

	siphash_word(&s, epoch);
	if (holder)
		siphash_word(&s, siphash_last(holder->object.epoch, 23));
	return siphash_finish(&s);
}

u64
seal_frame_mac(u64 epoch, u64 payload)
{
	return mac(payload, epoch, NULL);
}

/* --- making ----------------------------------------------------------------------------------------------------- */

static ALWAYS_INLINE struct token
token_make(const void *object, enum kind kind, unsigned rights, const struct space *holder)
{
	bool is_frame = kind == KIND_FRAME;
	paddr_t name = is_frame ? frame_address(object) : arch_physical(object);
	u64 epoch = is_frame ? ((const struct frame *)object)->epoch : ((const struct object *)object)->epoch;
	u64 payload = (u64)kind << KIND_SHIFT | (u64)(rights & RIGHTS_ALL) << TYPE_SHIFT | name;

	return (struct token){ payload, mac(payload, epoch & ~EPOCH_DYING, holder) };
}

struct token
seal(const void *object, enum kind kind, unsigned rights)
{
	return token_make(object, kind, rights, NULL);
}

struct token
seal_bound(const void *object, enum kind kind, unsigned rights, const struct space *holder)
{
	return token_make(object, kind, rights, holder);
}

enum status
seal_derive(struct token token, unsigned rights, struct token *out)
{
	enum kind kind = token.payload >> KIND_SHIFT;
	struct capability c;
	enum status s = unseal(token, kind, RIGHT_SHARE, &c);

	if (s)
		return s;
	*out = seal(c.object, kind, c.type & rights);
	return OK;
}

void
seal_revoke(void *object, enum kind kind)
{
	u64 *epoch = kind == KIND_FRAME ? &((struct frame *)object)->epoch : &((struct object *)object)->epoch;

	*epoch = epoch_new() | (*epoch & EPOCH_DYING);
}

/* --- opening ---------------------------------------------------------------------------------------------------- */

/* What stands at NAME now, and its epoch: NULL and 0 when there is nothing of KIND. */
static void *
resolve(paddr_t name, enum kind kind, u64 *epoch)
{
	*epoch = 0;
	if (kind == KIND_FRAME) {
		struct frame *f = frame_lookup(name);
		if (!f || f->state != FRAME_USER)
			return NULL;
		*epoch = f->epoch;
		return f;
	}
	struct object *o = kmem_object_at(name, kind);
	if (o)
		*epoch = o->epoch;
	return o;
}

/* Has a token of TYPE the kind and at least the rights of WANTED?  The test of cap_lookup. */
static inline bool
suffices(u32 type, u32 wanted)
{
	return (type & (0xff00u | wanted)) == wanted;
}

/* Any token.  Who calls to destroy an object again may have one from before it began to die. */
static enum status __attribute__((noinline))
token_open(struct token token, enum kind kind, u32 wanted, struct capability *out, const struct space *holder)
{
	u64 epoch;
	void *object = resolve(token.payload & NAME_MASK, token.payload >> KIND_SHIFT, &epoch);
	bool genuine = mac(token.payload, epoch, holder) == token.mac;

	if (wanted & RIGHT_DESTROY)
		genuine |= mac(token.payload, epoch & ~EPOCH_DYING, holder) == token.mac;
	if (!genuine || !object || token.payload >> KIND_SHIFT != kind)
		return ERR_BAD_TOKEN;
	out->object = object;
	out->badge = 0;
	out->type = token.payload >> TYPE_SHIFT;
	check_touch(kind, object);
	return suffices(out->type, wanted) ? OK : ERR_NO_RIGHT;
}

enum status
unseal_any(struct token token, enum kind kind, u32 wanted, struct capability *out)
{
	return token_open(token, kind, wanted, out, NULL);
}

enum status
unseal_any_bound(struct token token, enum kind kind, u32 wanted, struct capability *out, const struct space *holder)
{
	return token_open(token, kind, wanted, out, holder);
}

/* --- opening in few instructions -------------------------------------------------------------------------------- */

/* The record of the page that a sufficient token names, if that is in the largest part of RAM. */
static ALWAYS_INLINE bool
page_named(u64 payload, u32 wanted, struct capability *out, struct frame **f)
{
	u64 page = ((payload & NAME_MASK) >> PAGE_SHIFT) - seal_state.ram.first;
	u32 type = payload >> TYPE_SHIFT;

	if (__builtin_expect(page >= seal_state.ram.count || !suffices(type, wanted), 0))
		return false;
	out->badge = 0;
	out->type = type;
	*f = seal_state.frames + page;
	return true;
}

static ALWAYS_INLINE enum status
opened(bool genuine, enum kind kind, const void *object)
{
	if (!genuine)
		return ERR_BAD_TOKEN;
	check_touch(kind, object);
	return OK;
}

static ALWAYS_INLINE enum status
open_frame(struct token token, enum kind kind, u32 wanted, struct capability *out, const struct space *holder)
{
	struct frame *f;

	if (!page_named(token.payload, wanted, out, &f) || f->state != FRAME_USER)
		return token_open(token, kind, wanted, out, holder);
	out->object = f;
	return opened(mac(token.payload, f->epoch, holder) == token.mac, kind, f);
}

/*
 * That the page now holds objects of KIND is all that has to be known before the epoch is read: wherever a token of that kind
 * was ever made for, the word is now the epoch of a live object or 0 (kmem.h); anywhere else no epoch has a MAC that was given
 * to anyone.
 */
static ALWAYS_INLINE enum status
open_object(struct token token, enum kind kind, u32 wanted, struct capability *out, const struct space *holder)
{
	struct frame *f;

	if (!page_named(token.payload, wanted, out, &f) || f->kind != (u8)kind || !frame_holds_objects(f))
		return token_open(token, kind, wanted, out, holder);
	struct object *o = (struct object *)(seal_state.direct + (token.payload & HEADER_MASK));
	out->object = o;
	return opened(mac(token.payload, o->epoch, holder) == token.mac, kind, o);
}

enum status
unseal_frame(struct token token, enum kind kind, u32 wanted, struct capability *out)
{
	return open_frame(token, kind, wanted, out, NULL);
}

enum status
unseal_object(struct token token, enum kind kind, u32 wanted, struct capability *out)
{
	return open_object(token, kind, wanted, out, NULL);
}

enum status
unseal_frame_bound(struct token token, enum kind kind, u32 wanted, struct capability *out, const struct space *holder)
{
	return open_frame(token, kind, wanted, out, holder);
}

enum status
unseal_object_bound(struct token token, enum kind kind, u32 wanted, struct capability *out, const struct space *holder)
{
	return open_object(token, kind, wanted, out, holder);
}
