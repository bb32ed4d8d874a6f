/* SPDX-License-Identifier: BSD-2-Clause */
/* SipHash against its authors' vectors; tokens: what opens, what does not, and where the key comes from. */
#include <string.h>
#include "test.h"
#include "cap_world.h"
#include "core/seal.h"
#include "core/siphash.h"

static struct space *here, *there;
static struct object *thing;

static int
setup(void **state)
{
	const u64 key[2] = { 0x0123456789abcdef, 0xfedcba9876543210 };

	world_init();
	seal_init(key);
	here = world_space(0, 4);
	there = world_space(1, 1);
	thing = world_object(here, KIND_PERSONALITY);
	return 0;
}

/* --- SipHash: the reference implementation's vectors (key 00..0f, message 00..n-1, little-endian) ----------------- */

static struct siphash reference;

static int
setup_reference(void **state)
{
	reference = siphash_key(0x0706050403020100, 0x0f0e0d0c0b0a0908);
	return 0;
}

static void
siphash_of_15_bytes(void **state)
{
	struct siphash s = siphash_first(&reference, 0x0706050403020100);

	siphash_word(&s, siphash_last(0x0f0e0d0c0b0a0908, 15));
	assert_int_equal(siphash_finish(&s), 0xa129ca6149be45e5);
}

static void
siphash_of_other_lengths(void **state)
{
	struct siphash s = siphash_first(&reference, siphash_last(0, 0));

	assert_int_equal(siphash_finish(&s), 0x726fdb47dd0e0e31);
	s = siphash_first(&reference, 0x0706050403020100);
	siphash_word(&s, 0x0f0e0d0c0b0a0908);
	siphash_word(&s, siphash_last(0, 16));
	assert_int_equal(siphash_finish(&s), 0x3f2acc7f57c29bdb);
	s = siphash_first(&reference, 0x0706050403020100);
	siphash_word(&s, 0x0f0e0d0c0b0a0908);
	siphash_word(&s, siphash_last(0x0016151413121110, 23));
	assert_int_equal(siphash_finish(&s), 0xa80c038ccd5ccec8);
}

static void
a_mac_is_siphash_of_payload_and_epoch(void **state)
{
	struct token t = seal(thing, KIND_PERSONALITY, RIGHT_READ);
	struct siphash key = siphash_key(0x0123456789abcdef, 0xfedcba9876543210);

	assert_int_equal(t.payload, (u64)KIND_PERSONALITY << 56 | (u64)RIGHT_READ << 48 | arch_physical(thing));
	struct siphash s = siphash_first(&key, t.payload);
	siphash_word(&s, siphash_last(thing->epoch, 15));
	assert_int_equal(t.mac, siphash_finish(&s));
}

/* --- tokens --------------------------------------------------------------------------------------------------------- */

static void
a_token_opens_as_a_slot_would(void **state)
{
	struct token t = seal(thing, KIND_PERSONALITY, RIGHT_READ | RIGHT_SEND);
	struct capability c;

	assert_int_equal(unseal(t, KIND_PERSONALITY, RIGHT_READ, &c), OK);
	assert_ptr_equal(c.object, thing);
	assert_int_equal(c.type, KIND_PERSONALITY << 8 | RIGHT_READ | RIGHT_SEND);
	assert_int_equal(c.badge, 0);
	assert_int_equal(unseal(t, KIND_PERSONALITY, 0, &c), OK);
	assert_int_equal(unseal(t, KIND_PERSONALITY, RIGHT_WRITE, &c), ERR_NO_RIGHT);
	assert_int_equal(unseal(t, KIND_THREAD, 0, &c), ERR_BAD_TOKEN);
	assert_int_equal(unseal(t, KIND_FRAME, 0, &c), ERR_BAD_TOKEN);
}

static void
frames_have_tokens_too(void **state)
{
	struct frame *f = world_frame(here);
	struct token t = seal(f, KIND_FRAME, RIGHT_WRITE);
	struct capability c;

	assert_int_equal(unseal(t, KIND_FRAME, RIGHT_WRITE, &c), OK);
	assert_ptr_equal(c.object, f);
	assert_int_equal(seal_frame_mac(f->epoch, t.payload), t.mac);		/* as a personality's fast path has it */
	assert_int_equal(frame_free(f), OK);
	assert_int_equal(unseal(t, KIND_FRAME, RIGHT_WRITE, &c), ERR_BAD_TOKEN);
	assert_ptr_equal(world_frame(here), f);
	assert_int_equal(unseal(t, KIND_FRAME, RIGHT_WRITE, &c), ERR_BAD_TOKEN);
}

/* A frame that the kernel took must not be reached by what its owner had, nor after it came back. */
static void
donation_ends_tokens(void **state)
{
	struct frame *f = world_frame(there), *back;
	struct token t = seal(f, KIND_FRAME, RIGHT_WRITE);
	struct capability c;

	assert_int_equal(kmem_donate(here, f), OK);
	assert_int_equal(unseal(t, KIND_FRAME, RIGHT_WRITE, &c), ERR_BAD_TOKEN);
	do
		assert_int_equal(kmem_reclaim(here, &back), OK);
	while (back != f);
	assert_int_equal(unseal(t, KIND_FRAME, RIGHT_WRITE, &c), ERR_BAD_TOKEN);
}

static void
every_flipped_bit_is_refused(void **state)
{
	struct token t = seal(thing, KIND_PERSONALITY, RIGHT_READ), f;
	struct capability c;

	for (unsigned bit = 0; bit < 128; bit++) {
		f = t;
		*(bit < 64 ? &f.payload : &f.mac) ^= 1ul << bit % 64;
		assert_int_equal(unseal(f, f.payload >> 56, 0, &c), ERR_BAD_TOKEN);
	}
}

/* Names inside and outside of RAM, of no object, of objects' insides; kinds that there are and that there are not. */
static void
a_million_forgeries_are_refused(void **state)
{
	struct input in = input_random(20110812);
	struct token t = seal(thing, KIND_PERSONALITY, RIGHTS_ALL), f;
	struct capability c;

	for (unsigned i = 0; i < 1000000; i++) {
		f = (struct token){
			.payload = input_below(&in, 1ul << 53) << 11 ^ input_below(&in, 1ul << 53), .mac = input_below(&in, ~0ul),
		};
		if (i % 2)
			f.payload = t.payload ^ input_below(&in, 1ul << 20);
		if (i % 4 == 2)
			f.payload = (u64)input_below(&in, KIND_LIMIT) << 56 | input_below(&in, 2ul << 20);
		if (unseal(f, f.payload >> 56, f.payload >> 48 & RIGHTS_ALL, &c) != ERR_BAD_TOKEN)
			fail_msg("payload %lx mac %lx opened", f.payload, f.mac);
	}
}

static void
a_new_epoch_makes_tokens_stale(void **state)
{
	struct token old = seal(thing, KIND_PERSONALITY, RIGHT_READ);
	struct frame *f = world_frame(here);
	struct token frame = seal(f, KIND_FRAME, RIGHT_READ);
	struct capability c;

	seal_revoke(thing, KIND_PERSONALITY);
	seal_revoke(f, KIND_FRAME);
	assert_int_equal(unseal(old, KIND_PERSONALITY, RIGHT_READ, &c), ERR_BAD_TOKEN);
	assert_int_equal(unseal(frame, KIND_FRAME, RIGHT_READ, &c), ERR_BAD_TOKEN);
	assert_int_equal(unseal(seal(thing, KIND_PERSONALITY, RIGHT_READ), KIND_PERSONALITY, RIGHT_READ, &c), OK);
}

static void
an_object_at_the_same_address_is_another(void **state)
{
	struct token old = seal(thing, KIND_PERSONALITY, RIGHT_READ);
	struct object *first = thing;
	struct capability c;

	assert_int_equal(object_destroy(thing), OK);
	assert_int_equal(unseal(old, KIND_PERSONALITY, RIGHT_READ, &c), ERR_BAD_TOKEN);
	thing = world_object(here, KIND_PERSONALITY);
	assert_ptr_equal(thing, first);
	assert_int_equal(unseal(old, KIND_PERSONALITY, RIGHT_READ, &c), ERR_BAD_TOKEN);
}

static void
a_dying_object_can_only_be_destroyed(void **state)
{
	struct token t = seal(thing, KIND_PERSONALITY, RIGHT_READ | RIGHT_DESTROY);
	struct token bound = seal_bound(thing, KIND_PERSONALITY, RIGHT_DESTROY, here);
	struct token weak = seal(thing, KIND_PERSONALITY, RIGHT_READ);
	struct capability c;

	machine.preempt_every = 1;
	assert_int_equal(object_destroy(thing), STATUS_RESTART);
	struct token late = seal(thing, KIND_PERSONALITY, RIGHTS_ALL);
	assert_int_equal(unseal(late, KIND_PERSONALITY, RIGHT_READ, &c), ERR_BAD_TOKEN);
	assert_int_equal(unseal(late, KIND_PERSONALITY, RIGHT_DESTROY, &c), OK);
	assert_int_equal(unseal(t, KIND_PERSONALITY, RIGHT_READ, &c), ERR_BAD_TOKEN);
	assert_int_equal(unseal(weak, KIND_PERSONALITY, RIGHT_DESTROY, &c), ERR_NO_RIGHT);
	assert_int_equal(unseal_bound(bound, KIND_PERSONALITY, RIGHT_DESTROY, here, &c), OK);
	assert_int_equal(unseal(t, KIND_PERSONALITY, RIGHT_DESTROY, &c), OK);
	seal_revoke(thing, KIND_PERSONALITY);
	assert_int_equal(unseal(t, KIND_PERSONALITY, RIGHT_DESTROY, &c), ERR_BAD_TOKEN);
	late = seal(thing, KIND_PERSONALITY, RIGHTS_ALL);
	assert_int_equal(unseal(late, KIND_PERSONALITY, RIGHT_READ, &c), ERR_BAD_TOKEN);
	machine.preempt_every = 0;
	assert_int_equal(object_destroy(thing), OK);
	assert_int_equal(unseal(late, KIND_PERSONALITY, RIGHT_DESTROY, &c), ERR_BAD_TOKEN);
}

static void
derived_tokens_have_fewer_rights(void **state)
{
	struct token t = seal(thing, KIND_PERSONALITY, RIGHT_READ | RIGHT_WRITE | RIGHT_SHARE), d, e;
	struct capability c;

	assert_int_equal(seal_derive(t, RIGHT_READ | RIGHT_DESTROY, &d), OK);
	assert_int_equal(unseal(d, KIND_PERSONALITY, RIGHT_READ, &c), OK);
	assert_int_equal(c.type & RIGHTS_ALL, RIGHT_READ);
	assert_int_equal(seal_derive(d, RIGHT_READ, &e), ERR_NO_RIGHT);
	t.mac++;
	assert_int_equal(seal_derive(t, RIGHT_READ, &e), ERR_BAD_TOKEN);
}

static void
bound_tokens_are_for_their_holder(void **state)
{
	struct token t = seal_bound(thing, KIND_PERSONALITY, RIGHT_READ | RIGHT_SHARE, here), d;
	struct token free = seal(thing, KIND_PERSONALITY, RIGHT_READ);
	struct capability c;

	assert_int_equal(unseal_bound(t, KIND_PERSONALITY, RIGHT_READ, here, &c), OK);
	assert_ptr_equal(c.object, thing);
	assert_int_equal(unseal_bound(t, KIND_PERSONALITY, RIGHT_WRITE, here, &c), ERR_NO_RIGHT);
	assert_int_equal(unseal_bound(t, KIND_PERSONALITY, RIGHT_READ, there, &c), ERR_BAD_TOKEN);
	assert_int_equal(unseal(t, KIND_PERSONALITY, RIGHT_READ, &c), ERR_BAD_TOKEN);
	assert_int_equal(unseal_bound(free, KIND_PERSONALITY, RIGHT_READ, here, &c), ERR_BAD_TOKEN);
	assert_int_equal(seal_derive(t, RIGHT_READ, &d), ERR_BAD_TOKEN);
	seal_revoke(here, KIND_SPACE);
	assert_int_equal(unseal_bound(t, KIND_PERSONALITY, RIGHT_READ, here, &c), ERR_BAD_TOKEN);
}

/* --- the key -------------------------------------------------------------------------------------------------------- */

static u64
mac_with_key_from(const void *file, size_t bytes)
{
	seal_init_from(file, bytes);
	return seal(thing, KIND_PERSONALITY, RIGHT_READ).mac;
}

static void
the_key_is_random_or_given_or_guessable(void **state)
{
	const u64 file[3] = { 1, 2, 3 }, other[2] = { 1, 3 };

	machine.quiet = true;
	u64 random = mac_with_key_from(NULL, 0);
	assert_int_equal(mac_with_key_from(file, sizeof(file)), random);
	machine.no_random = true;
	u64 given = mac_with_key_from(file, sizeof(file));
	assert_int_not_equal(given, random);
	assert_int_not_equal(mac_with_key_from(other, sizeof(other)), given);
	assert_int_equal(mac_with_key_from(file, 16), given);
	assert_panics(seal_init_from(file, 15));
	assert_non_null(strstr(panic_text, "key"));
	u64 clock = mac_with_key_from(NULL, 0);
	machine.clock++;
	assert_int_not_equal(mac_with_key_from(NULL, 0), clock);
}

static void
random_sequences(void **state)
{
	operations_random(&ops_seal, 2000000);
}

static void
stored_sequences(void **state)
{
	operations_corpus(&ops_seal);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(siphash_of_15_bytes, setup_reference),
		cmocka_unit_test_setup(siphash_of_other_lengths, setup_reference),
		cmocka_unit_test_setup(a_mac_is_siphash_of_payload_and_epoch, setup),
		cmocka_unit_test_setup(a_token_opens_as_a_slot_would, setup),
		cmocka_unit_test_setup(frames_have_tokens_too, setup),
		cmocka_unit_test_setup(donation_ends_tokens, setup),
		cmocka_unit_test_setup(every_flipped_bit_is_refused, setup),
		cmocka_unit_test_setup(a_million_forgeries_are_refused, setup),
		cmocka_unit_test_setup(a_new_epoch_makes_tokens_stale, setup),
		cmocka_unit_test_setup(an_object_at_the_same_address_is_another, setup),
		cmocka_unit_test_setup(a_dying_object_can_only_be_destroyed, setup),
		cmocka_unit_test_setup(derived_tokens_have_fewer_rights, setup),
		cmocka_unit_test_setup(bound_tokens_are_for_their_holder, setup),
		cmocka_unit_test_setup(the_key_is_random_or_given_or_guessable, setup),
		cmocka_unit_test(random_sequences),
		cmocka_unit_test(stored_sequences),
	};

	return test_main("seal", tests, ARRAY_SIZE(tests));
}
