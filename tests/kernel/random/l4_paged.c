/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random messages between threads whose memory comes from pagers, while all that they depend on changes: actors in two spaces send each other words,
 * capabilities, pages and strings of memory that is often not there; two pagers in a third map, grant, refuse, set registers, die; and everybody sets
 * the others' registers, pagers and handlers, suspends, cancels, unmaps and destroys.
 *
 * What a call gives is worth nothing then, for somebody may have set the register it is in.  What is asked for is that the kernel goes on, that all kinds of
 * things happen (printed), that who is set right goes on as well, and that nothing is lost: arguments are a seed and the number of the keeper's looks.
 */
#include "l4_paged.h"

struct area area[THREADS] __attribute__((aligned(4096)));
static struct area keeper;
static unsigned remade, longest_silence;

/* Looks.  Whoever is silent is made anew after 9, its space after 36: seen were 44 to 84. */
#define SILENCE_BOUND	200

static const char *const names[EVENTS] = {
	[GOT_PAGE_FAULT] = "page faults came", [GOT_EXCEPTION] = "exceptions came", [GOT_FOREIGN_CALL] = "foreign calls came", [GOT_MESSAGE] = "messages came",
	[GOT_NOTIFICATION] = "notifications came", [ANSWERED_MAP] = "answers mapped", [ANSWERED_GRANT] = "answers granted",
	[ANSWERED_REGISTERS] = "answers set registers", [REFUSED] = "refused", [ANSWER_FAILED] = "answers failed", [STRING_CAME] = "strings came",
	[ITEM_CAME] = "items came", [WORDS_CAME] = "words came", [CALL_TIMED_OUT] = "timeouts", [CALL_CANCELLED] = "cancelled", [NO_WINDOW] = "no window",
	[PARTNER_FAULT] = "partner's faults", [PAGE_TOUCHED] = "pages touched", [TRAPPED] = "traps survived", [MAPPED] = "mapped by a call", [UNMAPPED] = "unmapped",
	[CHANGED_PAGER] = "pagers changed", [CHANGED_HANDLER] = "handlers changed", [MADE_FOREIGN] = "made foreign", [SET_REGISTERS] = "registers set",
	[SUSPENDED] = "suspended", [CANCELLED] = "calls cancelled", [DESTROYED] = "destroyed", [REVOKED] = "revoked",
};

/* --- what is done to threads ------------------------------------------------------------------------------------------------ */

static void
set_registers(struct area *a, uint64_t thread)
{
	struct random_worker *w = &a->worker;
	struct registers r;

	for (unsigned i = 0; i < sizeof(r) / sizeof(uint64_t); i++)
		((uint64_t *)&r)[i] = random_below(w, 3) ? random_word(w) : REGION + random_word(w) % REGION_BYTES;
	if (random_below(w, 2))
		r.rip = (uintptr_t)__executable_start + random_below(w, PAGE);
	uint64_t mask = random_below(w, 2) ? random_word(w) & REGISTERS_ALL : 1u << (15 + random_below(w, 5));
	see(a, SET_REGISTERS, call_thread_exchange(thread, mask, (uintptr_t)&r));
}

/* What takes something away for good is seldom. */
static void
destroy(struct area *a, bool is_keeper)
{
	struct random_worker *w = &a->worker;

	switch (random_below(w, 40)) {
	case 0:
		see(a, DESTROYED, call_object_destroy(THREAD + random_below(w, THREADS)));
		break;
	case 1:
		see(a, DESTROYED, call_object_destroy(ENDPOINT + random_below(w, LAST - ENDPOINT)));
		break;
	case 2:
	case 3:
		see(a, REVOKED, call_cap_revoke(SPACE + SPACES + random_below(w, LAST - SPACE - SPACES)));
		break;
	case 4:
		if (!is_keeper)
			call_cap_delete(random_below(w, FREE + 8));
		break;
	default:
		break;
	}
}

void
disturb(struct area *a, bool is_keeper)
{
	struct random_worker *w = &a->worker;
	uint64_t thread = THREAD + random_below(w, THREADS);

	switch (random_below(w, 16)) {
	case 0:
	case 1:
		set_registers(a, thread);
		break;
	case 2:
		see(a, SUSPENDED, call_thread_suspend(thread));
		break;
	case 3:
	case 4:
		see(a, CANCELLED, call_thread_cancel(thread));
		break;
	case 5:
		see(a, CHANGED_PAGER, call_thread_pager(thread, random_below(w, 3) ? PAGER + random_below(w, PAGERS) : ENDPOINT + random_below(w, ENDPOINTS)));
		break;
	case 6:
		see(a, CHANGED_HANDLER, call_thread_handler(thread, random_below(w, 3) ? HANDLER : ENDPOINT + random_below(w, ENDPOINTS)));
		break;
	case 7:
		see(a, MADE_FOREIGN, call_thread_foreign(thread, random_below(w, 2)));
		break;
	case 8:
		call_thread_priority(thread, random_below(w, 200));
		break;
	case 9:
		call_thread_context(thread, random_below(w, 2) ? SLOT_NONE : CONTEXT + random_below(w, 2));
		break;
	case 10:
		see(a, UNMAPPED, call_unmap(is_keeper ? SPACE + random_below(w, SPACES) : random_below(w, 2) ? OWN : OTHER,
					    REGION + PAGE * random_below(w, REGION_PAGES), random_below(w, 600), random_below(w, 8), random_below(w, 2)));
		break;
	case 11:
		call_thread_utcb(thread, random_below(w, 2) ? UTCB(thread - THREAD) : REGION + PAGE * random_below(w, REGION_PAGES));
		break;
	case 12:
	case 13:
		destroy(a, is_keeper);
		break;
	default:
		call_thread_resume(thread);
	}
}

/* --- the world ---------------------------------------------------------------------------------------------------------- */

static void
map_into(unsigned long space, const void *begin, const void *end, unsigned rights)
{
	uintptr_t from = (uintptr_t)begin & -PAGE;

	call_space_map(space, from, from, ((uintptr_t)end - from + PAGE - 1) / PAGE, rights);
}

static void
space_make(unsigned i)
{
	bool is_pagers = i == SPACES - 1;

	if (call_space_create(SPACE + i) != OK)
		return;
	call_space_donate(SPACE + i, 16);
	call_space_donate(SPACE + i, 16);
	call_space_prepare(SPACE + i);
	call_cap_grow(SPACE + i, 0);
	call_cap_grow(SPACE + i, FREE);
	map_into(SPACE + i, __executable_start, __etext, RIGHT_READ | RIGHT_EXECUTE);
	map_into(SPACE + i, __etext + PAGE - 1, _edata, RIGHT_READ);
	map_into(SPACE + i, area, area + THREADS, RIGHT_READ | RIGHT_WRITE);
	map_into(SPACE + i, (void *)REGION, (void *)(REGION + (is_pagers ? REGION_BYTES : 64 * PAGE)), RIGHT_READ | RIGHT_WRITE);
}

static unsigned
space_of(unsigned thread)
{
	return thread < ACTORS ? thread % 2 : SPACES - 1;
}

static void
thread_make(unsigned t)
{
	uint64_t id;

	if (call_thread_create(SPACE + space_of(t), THREAD + t, &id) != OK)
		return;
	call_thread_utcb(THREAD + t, UTCB(t));
	call_thread_pager(THREAD + t, PAGER + t % PAGERS);
	call_thread_handler(THREAD + t, HANDLER);
	call_thread_priority(THREAD + t, t < ACTORS ? 100 + t % 3 : 150);
	call_thread_limit(THREAD + t, 200);
	call_thread_start(THREAD + t, (uintptr_t)(t < ACTORS ? act : serve_pages), (uintptr_t)area[t].stack + sizeof(area[t].stack) - 8, t);
}

/* Whatever is not there; what is stays. */
static void
stock(void)
{
	for (unsigned e = ENDPOINT; e <= HANDLER; e++)
		call_endpoint_create(e);
	call_notification_create(NOTIFICATION);
	call_context_create(CONTEXT, 2000, 50000);
	call_context_create(CONTEXT + 1, 0, 50000);
	for (unsigned i = 0; i < SPACES; i++)
		space_make(i);
	for (unsigned t = 0; t < THREADS; t++)
		thread_make(t);
	for (unsigned i = 0; i < SPACES; i++) {
		for (unsigned slot = THREAD; slot < LAST; slot++)
			call_cap_copy(slot, SPACE + i, slot, RIGHTS_ALL);
		call_cap_copy(SPACE + i, SPACE + i, OWN, RIGHTS_ALL & ~RIGHT_DESTROY);
		call_cap_copy(SPACE + (i + 1) % 2, SPACE + i, OTHER, RIGHTS_ALL & ~RIGHT_DESTROY);
	}
}

static void
clear(void)
{
	for (unsigned t = 0; t < THREADS; t++)
		call_object_destroy(THREAD + t);
	for (unsigned i = 0; i < SPACES; i++)
		call_object_destroy(SPACE + i);
	for (unsigned slot = ENDPOINT; slot < LAST; slot++)
		call_object_destroy(slot);
	for (unsigned slot = SPACE; slot < LAST; slot++)
		call_cap_delete(slot);
}

/* Free pages of the machine: as many as a space can be given. */
static unsigned
frames_count(void)
{
	unsigned count = 0;

	if (call_space_create(COUNTER) != OK)
		tap_ok(false, "a space to count with");
	while (call_space_donate(COUNTER, 1) == OK)
		count++;
	call_object_destroy(COUNTER);
	return count;
}

/* --- the keeper ---------------------------------------------------------------------------------------------------------- */

/* T has made no step for so many looks: it is set right, if that does not help, made anew, and if that does not help, its space as well. */
static void
watch(unsigned t)
{
	static uint64_t last[THREADS];
	static unsigned stuck[THREADS], lives[THREADS], silence[THREADS];

	silence[t] = area[t].worker.calls == last[t] ? silence[t] + 1 : 0;
	if (silence[t] > longest_silence)
		longest_silence = silence[t];
	stuck[t] = area[t].worker.calls == last[t] ? stuck[t] + 1 : 0;
	if (!stuck[t])
		lives[t] = 0;
	last[t] = area[t].worker.calls;
	if (stuck[t] > 3) {
		call_thread_foreign(THREAD + t, false);
		call_thread_pager(THREAD + t, PAGER + t % PAGERS);
		call_thread_handler(THREAD + t, HANDLER);
		call_thread_resume(THREAD + t);
		call_thread_cancel(THREAD + t);
	}
	if (stuck[t] > 8) {
		call_object_destroy(lives[t]++ % 4 < 3 ? THREAD + t : SPACE + space_of(t));
		stuck[t] = 0;
		remade++;
	}
}

static void
keep(uint64_t looks)
{
	struct random_worker *w = &keeper.worker;

	for (uint64_t n = 0; n < looks; n++) {
		ipc_signal(CALL_IPC_RECEIVE | (uint64_t)IPC_TICKS(1 + random_below(w, 1000), random_below(w, 9)) << IPC_RECEIVE_TIME, SLEEP);
		if (n % 4 == 0)
			disturb(&keeper, true);
		for (unsigned t = 0; t < THREADS; t++)
			watch(t);
		if (n % 8 == 0)
			stock();
		if (n % 200 == 199)
			call_object_destroy(SPACE + random_below(w, SPACES));
	}
}

static bool
events_report(void)
{
	bool all = true;

	for (unsigned event = 0; event < EVENTS; event++) {
		uint64_t count = keeper.seen[event];
		for (unsigned t = 0; t < THREADS; t++)
			count += area[t].seen[event];
		printf("# %8lu %s\n", count, names[event]);
		all &= count != 0;
	}
	return all;
}

int
main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoul(argv[1], NULL, 0) : 1, looks = argc > 2 ? strtoul(argv[2], NULL, 0) : 2000, frame;

	call_thread_priority(SLOT_OWN, 255);
	call_cap_grow(SLOT_OWN, FREE);
	call_endpoint_create(SLEEP);
	for (uint64_t at = 0; at < REGION_BYTES; at += 2ul << 20)
		tap_status(call_frame_take(FRAME_ANY, FRAME_2M, REGION + at, RIGHT_READ | RIGHT_WRITE, &frame), OK);
	keeper.worker.state = seed;
	for (unsigned t = 0; t < THREADS; t++)
		area[t].worker.state = seed * 1000 + t;
	stock();			/* once, so that what the first objects take is there */
	clear();
	unsigned frames = frames_count();
	stock();
	keep(looks);
	clear();
	printf("# seed %lu, %lu looks: %u threads remade, none silent for more than %u looks\n", seed, looks, remade, longest_silence);
	tap_ok(events_report(), "each of these happened");
	tap_ok(longest_silence < SILENCE_BOUND, "who is set right goes on");
	tap_equal(frames_count(), frames);
	tap_done();
}
