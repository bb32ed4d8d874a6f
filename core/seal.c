/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sealed tokens.  Owns the key.
 *
 * A token is opened by computing its MAC again from the epoch of what stands at its name now.  The MAC is computed whatever
 * stands there (epoch 0 for nothing), and compared as one word, so that neither the answer nor the time it takes tells a forged token
 * from a stale one.  What has an epoch that matches is the object that was sealed, as no epoch is used twice.
 */
#include "core/arch.h"
#include "core/frame.h"
#include "core/log.h"
#include "core/object.h"
#include "core/panic.h"
#include "core/seal.h"
#include "core/siphash.h"

#define TYPE_SHIFT	48
#define NAME_MASK	((1ull << TYPE_SHIFT) - 1)

static struct siphash seal_key;		/* the state after the key, before the message */

void
seal_init(const u64 key[2])
{
	seal_key = siphash_key(key[0], key[1]);
}

void
seal_init_from(const void *file, size_t bytes)
{
	u64 key[2];

	if (!arch_random(&key[0]) || !arch_random(&key[1])) {
		if (file && bytes < sizeof(key))
			boot_refuse("boot archive: key: holds %zu bytes, needs %zu random ones", bytes, sizeof(key));
		key[0] = key[1] = arch_clock();
		if (file)
			__builtin_memcpy(key, file, sizeof(key));
		else
			log_line("no hardware random numbers and no file `key' in the boot archive: sealed tokens can be forged");
	}
	seal_init(key);
}

/* HOLDER is NULL for a token that is not bound.  Inline, because the two lengths have nothing in common but the first word. */
static inline __attribute__((always_inline)) u64
mac(u64 payload, u64 epoch, const struct space *holder)
{
	struct siphash s = seal_key;

	siphash_word(&s, payload);
	if (holder) {
		siphash_word(&s, epoch);
		siphash_word(&s, siphash_last(holder->object.epoch, 23));
	} else {
		siphash_word(&s, siphash_last(epoch, 15));
	}
	return siphash_finish(&s);
}

static inline u64
epoch_of(const void *object, enum kind kind)
{
	return kind == KIND_FRAME ? ((const struct frame *)object)->epoch : ((const struct object *)object)->epoch;
}

static inline u64
payload_of(const void *object, enum kind kind, unsigned rights)
{
	paddr_t name = kind == KIND_FRAME ? frame_address(object) : arch_physical(object);

	return (u64)kind << 56 | (u64)(rights & RIGHTS_ALL) << TYPE_SHIFT | name;
}

/* What a payload names at present, with epoch 0 when there is nothing. */
struct named {
	void *object;
	u64 epoch;
};

static inline struct named
resolve(u64 payload)
{
	paddr_t name = payload & NAME_MASK;
	enum kind kind = payload >> 56;

	if (kind == KIND_FRAME) {
		struct frame *f = frame_lookup(name);
		return (struct named){ f, f && f->state == FRAME_USER ? f->epoch : 0 };
	}
	struct object *o = kmem_object_at(name, kind);
	return (struct named){ o, o ? o->epoch : 0 };
}

/* The token is genuine: the same test of kind and rights as in cap_lookup, and the same result. */
static inline enum status
token_accept(u64 payload, void *object, enum kind kind, unsigned rights, struct capability *out)
{
	u32 type = payload >> TYPE_SHIFT;

	if ((type & (0xff00u | rights)) != ((u32)kind << 8 | rights))
		return ERR_NO_RIGHT;
	out->object = object;
	out->badge = 0;
	out->type = type;
	return OK;
}

/* The MAC is not right: forged or stale, unless the object is only dying and the holder calls to destroy it again. */
static enum status __attribute__((noinline))
token_open_dying(struct token token, struct named n, enum kind kind, unsigned rights, const struct space *holder,
	   struct capability *out)
{
	if (!(rights & RIGHT_DESTROY) || mac(token.payload, n.epoch & ~EPOCH_DYING, holder) != token.mac)
		return ERR_BAD_TOKEN;
	return token_accept(token.payload, n.object, kind, rights, out);
}

static inline __attribute__((always_inline)) struct token
token_make(const void *object, enum kind kind, unsigned rights, const struct space *holder)
{
	u64 payload = payload_of(object, kind, rights);

	return (struct token){ payload, mac(payload, epoch_of(object, kind), holder) };
}

static inline __attribute__((always_inline)) enum status
token_open(struct token token, enum kind kind, unsigned rights, const struct space *holder, struct capability *out)
{
	struct named n = resolve(token.payload);

	if (__builtin_expect(mac(token.payload, n.epoch, holder) != token.mac, 0))
		return token_open_dying(token, n, kind, rights, holder, out);
	return token_accept(token.payload, n.object, kind, rights, out);
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
unseal(struct token token, enum kind kind, unsigned rights, struct capability *out)
{
	return token_open(token, kind, rights, NULL, out);
}

enum status
unseal_bound(struct token token, enum kind kind, unsigned rights, const struct space *holder, struct capability *out)
{
	return token_open(token, kind, rights, holder, out);
}

enum status
seal_derive(struct token token, unsigned rights, struct token *out)
{
	enum kind kind = token.payload >> 56;
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
	if (kind == KIND_FRAME)
		((struct frame *)object)->epoch = epoch_new();
	else
		((struct object *)object)->epoch = epoch_new();
}
