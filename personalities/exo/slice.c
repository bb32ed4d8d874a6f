/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vector of slices: whose turn it is, and when that ends.
 *
 *   position   0     1     2     3     4   ...  255      slot[position]: the object by which it is owned
 *            +-----+-----+-----+-----+-----+---+-----+
 *            |  A  |  A  |  B  |  -  |  C  |   |  -  |   a bit in `ready` for each whose environment can run
 *            +-----+-----+-----+-----+-----+---+-----+
 *
 * A turn runs whom its owner's share runs (exo.h), or whom that yielded to.  It ends by time, by a yield, and when who runs leaves the vector; the
 * next is that of the next ready position.  The environment knows its positions, so that leaving and joining is four words' work
 * however many it has, and whoever else sleeps.
 *
 * As long as nobody else is ready and nobody wants to be told of a slice's end, the timer is not set: a program alone is not interrupted.
 */
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/cpu.h"
#include "core/kmem.h"
#include "core/named.h"
#include "personalities/exo/exo.h"
#include "personalities/exo/handlers.h"
#include "personalities/exo/named.h"

#define SLICE_US_DEFAULT	10000
#define SLICE_RIGHTS		(RIGHT_SHARE | RIGHT_DESTROY | RIGHT_CONTROL)

/* The object of a position: made from the pool of who allocated it, named by capabilities. */
struct slot {
	struct object object;
	struct thread *owner;		/* whose turn it is; NULL: nobody's */
	u64 position;
	u64 charged;			/* ticks that were used of its slices to come, whoever owns it by then */
	u64 forfeited;			/* slices lost so */
};

static struct slot *slots[SLICES];	/* NULL: free */
static u64 ready[SLICE_WORDS];		/* positions whose owner is ready */

static struct {
	u64 position;
	struct thread *owner;		/* NULL: there is none, nobody was ready */
	struct thread *to;		/* who runs next in it, by yield_to; NULL: nobody else */
	u64 end;			/* by the clock */
	bool over;			/* the next decision is for another turn */
	bool ending;			/* who runs was told that its slice is over */
	struct timeout timeout;
} turn = { .timeout.kind = TIMEOUT_SLICE };

static u64 slice;			/* ticks of the clock */

void
slices_init(void)
{
	slice = option_value("exo.slice", SLICE_US_DEFAULT) * arch_clock_hz() / 1000000;
}

/* --- the ready positions ---------------------------------------------------------------------------------------------- */

static void
set_bit(u64 *words, u64 bit)
{
	words[bit / 64] |= 1ul << bit % 64;
}

static void
clear_bit(u64 *words, u64 bit)
{
	words[bit / 64] &= ~(1ul << bit % 64);
}

/* The first ready position behind AFTER, round about, AFTER itself last; SLICES when there is none. */
static u64
ready_next(u64 after)
{
	u64 start = (after + 1) % SLICES, word = start / 64;
	u64 bits = ready[word] & ~0ul << start % 64;

	for (unsigned i = 0; i <= SLICE_WORDS; i++) {
		if (bits)
			return word * 64 + __builtin_ctzl(bits);
		word = (word + 1) % SLICE_WORDS;
		bits = ready[word];
	}
	return SLICES;
}

/* Somebody but the turn's owner is ready; or who runs, or the owner, who may have yielded to it, wants to know when the slice ends. */
static bool
end_matters(struct thread *runs)
{
	const u64 *own = environment_of(turn.owner)->positions;

	if ((environment_of(runs)->events | environment_of(turn.owner)->events) & EVENT_END)
		return true;
	for (unsigned i = 0; i < SLICE_WORDS; i++)
		if (ready[i] & ~own[i])
			return true;
	return false;
}

void
slices_join(struct thread *t)
{
	for (unsigned i = 0; i < SLICE_WORDS; i++)
		ready[i] |= environment_of(t)->positions[i];
}

void
slices_leave(struct thread *t)
{
	for (unsigned i = 0; i < SLICE_WORDS; i++)
		ready[i] &= ~environment_of(t)->positions[i];
}

/* --- turns ------------------------------------------------------------------------------------------------------------ */

static bool
is_ready(const struct thread *t)
{
	return t->state == THREAD_RUNNABLE && !t->suspended;
}

/* T has a share to run on, whose owner has not left the vector. */
static bool
can_run(struct thread *t)
{
	struct share *share = environment_of(t)->share;

	return share && is_ready(share_owner(share));
}

static void
timer_set(u64 deadline)
{
	struct timeout_queue *q = &this_cpu()->timeouts;

	timeout_cancel(q, &turn.timeout);
	timeout_insert(q, &turn.timeout, deadline);
}

/* By what S is charged.  The timer may have been left alone by an earlier turn, and be set for a moment behind this one's end. */
static void
turn_shorten(struct slot *s)
{
	turn.end -= s->charged;
	s->charged = 0;
	timeout_cancel(&this_cpu()->timeouts, &turn.timeout);
}

/* The turn of the next ready position that has not been used up already; false: nobody is ready. */
static bool
turn_begin(u64 now)
{
	struct slot *s;

	for (;;) {
		u64 position = ready_next(turn.position);

		turn.owner = NULL;
		if (position == SLICES)
			return false;
		turn.position = position;
		s = slots[position];
		turn.owner = s->owner;
		if (__builtin_expect(s->charged < slice, 1))
			break;
		s->charged -= slice;		/* forfeited */
		s->forfeited++;
	}
	turn.end = now + slice;
	if (s->charged)
		turn_shorten(s);
	turn.over = turn.ending = false;
	turn.to = NULL;
	return true;
}

/* What the handler of the slice's end took too long is the position's loss: who gives it away does not keep what was gained. */
static ALWAYS_INLINE void
turn_charge(u64 now)
{
	u64 bound = turn.end + SLICE_BOUND(slice);

	if (turn.owner && turn.ending && now > bound)
		slots[turn.position]->charged += now - bound;
}

static struct thread *
turn_goes_on(struct thread *current)
{
	struct thread *t = turn.to ? turn.to : current;

	turn.to = NULL;
	return turn.owner && !turn.over && can_run(t) ? t : NULL;
}

/* Who runs: whom the turn yielded to, who runs already, or whom the share of the next turn's owner runs. */
struct thread *
slices_pick(struct thread *current)
{
	struct thread *t = turn_goes_on(current);

	if (!t) {
		u64 now = arch_clock();

		turn_charge(now);
		if (!turn_begin(now))
			return NULL;
		t = environment_of(turn.owner)->own.runs;
		if (environment_of(t)->events & EVENT_START)
			upcall(t, CONTEXT_INTERRUPT, UPCALL_START, turn.position);
	}
	if (!timeout_pending(&turn.timeout) && end_matters(t))
		timer_set(turn.end);
	return t;
}

/*
 * The slice is over, or one before it would have been: the timer is left alone when a turn ends early, so that giving turns up in turn does not touch
 * it.  Who runs is told, once, and then has until the hard bound.
 */
void
slices_expired(struct thread *current)
{
	if (!turn.owner)
		return;
	if (!turn.ending && !end_matters(current))
		return;
	if (!turn.ending && arch_clock() < turn.end) {
		timer_set(turn.end);
		return;
	}
	if (!turn.ending && environment_of(current)->events & EVENT_END &&
	    upcall(current, CONTEXT_INTERRUPT, UPCALL_END, turn.position)) {
		turn.ending = true;
		timer_set(turn.end + SLICE_HARD_BOUND(slice));
		return;
	}
	if (turn.ending)
		slots[turn.position]->charged += slice;
	slices_yield();
}

void
slices_yield(void)
{
	turn.over = true;
	this_cpu()->pending |= PENDING_RESCHEDULE;
}

/* T, which does not run, runs for the rest of this turn. */
enum status
slices_yield_to(struct thread *t)
{
	if (!can_run(t))
		return ERR_WRONG_STATE;
	turn.to = t;
	this_cpu()->pending |= PENDING_RESCHEDULE;
	return OK;
}

/* --- slots ------------------------------------------------------------------------------------------------------------ */

static void
slot_take_from_owner(struct slot *s)
{
	if (!s->owner)
		return;
	clear_bit(environment_of(s->owner)->positions, s->position);
	clear_bit(ready, s->position);
	s->owner = NULL;
	if (turn.owner && turn.position == s->position) {
		turn_charge(arch_clock());
		turn.owner = NULL;
		this_cpu()->pending |= PENDING_RESCHEDULE;
	}
}

static void
slot_give(struct slot *s, struct thread *t)
{
	slot_take_from_owner(s);
	s->owner = t;
	set_bit(environment_of(t)->positions, s->position);
	if (is_ready(t))
		set_bit(ready, s->position);
	this_cpu()->pending |= PENDING_RESCHEDULE;
}

static enum status
slot_create(struct space *home, u64 position, struct slot **out)
{
	if (home->object.dying)
		return ERR_WRONG_STATE;
	struct slot *s = kmem_alloc(home, sizeof(*s), KIND_SLICE);
	if (!s)
		return ERR_NO_KMEM;
	object_init(&s->object, KIND_SLICE, home);
	s->position = position;
	slots[position] = s;
	*out = s;
	return OK;
}

void
slice_destroy(struct object *o)
{
	struct slot *s = container_of(o, struct slot, object);

	slot_take_from_owner(s);
	slots[s->position] = NULL;
	object_fini(&s->object);
	kmem_free(s);
}

/* The first environment has the first position. */
void
slices_first(struct thread *t)
{
	struct slot *s;

	if (slot_create(t->space, 0, &s) == OK)
		slot_give(s, t);
}

/* T owns no position any more. */
void
slices_forget(struct thread *t)
{
	u64 *own = environment_of(t)->positions;

	for (unsigned i = 0; i < SLICE_WORDS; i++)
		while (own[i])
			slot_take_from_owner(slots[i * 64 + __builtin_ctzl(own[i])]);
	if (turn.to == t)
		turn.to = NULL;
}

/* --- calls ------------------------------------------------------------------------------------------------------------ */

static u64
free_position(void)
{
	u64 position = 0;

	while (position < SLICES && slots[position])
		position++;
	return position;
}

enum status
sys_slice_alloc(struct thread *self, const struct args_slice_alloc *a, struct out_slice_alloc *out)
{
	u64 position = a->position == SLICE_ANY ? free_position() : a->position;
	struct capability *slot;
	struct space *space;
	struct slot *s;
	enum status status = device_room(self, a->into, &slot);

	if (!status)
		status = space_named(self, a->space, &space);
	if (status)
		return status;
	if (position >= SLICES)
		return a->position == SLICE_ANY ? ERR_LIMIT : ERR_BAD_VALUE;
	if (slots[position])
		return ERR_EXISTS;
	status = slot_create(space, position, &s);
	if (status)
		return status;
	if (*space_environment(space))
		slot_give(s, *space_environment(space));
	struct token t = original(s, KIND_SLICE, SLICE_RIGHTS, slot, a->into);
	*out = (struct out_slice_alloc){ .payload = t.payload, .mac = t.mac, .at = position };
	return OK;
}

/* Who pays for a position can always name it. */
enum status
sys_slice_name(struct thread *self, const struct args_slice_name *a, struct out_slice_name *out)
{
	struct capability *slot;
	enum status status = room_for(self->space, a->into, &slot);

	if (status)
		return status;
	if (a->position >= SLICES || !slots[a->position])
		return ERR_NOT_FOUND;
	struct slot *s = slots[a->position];
	if (s->object.home != self->space)
		return ERR_NO_RIGHT;
	struct token t = original(s, KIND_SLICE, SLICE_RIGHTS, slot, a->into);
	*out = (struct out_slice_name){ .payload = t.payload, .mac = t.mac };
	return OK;
}

enum status
sys_slice_give(struct thread *self, const struct args_slice_give *a, struct out_slice_give *out)
{
	struct capability room, *c;
	enum status status = named(self, KIND_SLICE, a->payload, a->mac, RIGHT_CONTROL, &room, &c);

	if (status)
		return status;
	struct slot *s = container_of(c->object, struct slot, object);
	struct thread *t = name_find(a->to);
	if (a->to && !t)
		return ERR_NOT_FOUND;
	if (t)
		slot_give(s, t);
	else
		slot_take_from_owner(s);
	return OK;
}

/* From POSITION on, itself included. */
enum status
sys_slice_read(struct thread *self, const struct args_slice_read *a, struct out_slice_read *out)
{
	u64 position = a->position;

	while (position < SLICES && !slots[position])
		position++;
	if (position >= SLICES)
		return ERR_NOT_FOUND;
	const struct slot *s = slots[position];
	const struct environment *e = s->owner ? environment_of(s->owner) : NULL;
	*out = (struct out_slice_read){
		.at = position, .owner = e ? e->name : 0, .ready = ready[position / 64] >> position % 64 & 1,
		.charged = s->charged, .forfeited = s->forfeited, .ticks = slice,
	};
	return OK;
}

enum status
sys_yield(struct thread *self, const struct args_yield *a, struct out_yield *out)
{
	slices_yield();
	return OK;
}

/* What fast.S declines.  The general registers are not kept, so that from now on the fast entry may go on with SELF. */
enum status
sys_yield_to(struct thread *self)
{
	struct thread *t = name_find(self->regs.arg[0]);

	if (!t)
		return ERR_NOT_FOUND;
	if (t == self)
		return OK;
	enum status status = slices_yield_to(t);
	if (status)
		return status;
	self->regs.valid = FRAME_SYSRET;
	environment_of(self)->resumable = (bootinfo.features & BOOT_FEATURE_XSAVE) != 0;
	return OK;
}
