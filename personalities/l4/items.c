/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Typed items: capabilities, and fpages that are mapped or granted, into what the receiver has opened.
 *
 * What user level has in UTCBs can change at any moment: each item, and the receiver's window, is copied before it is looked at.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/space.h"
#include "personalities/l4/l4.h"
#include <l4/utcb.h>

#define ADDRESS_BITS	47		/* of user addresses */
#define GRANT_LIMIT	30		/* fpages that are granted are not larger: 1 GiB, the largest page */
#define PAGE_STEPS	4		/* of preempt_point, that a page is as long as which is granted, or comes where something is */

/* Where TO takes what comes. */
struct place {
	struct space *space;
	struct ipc_window window;
	struct ipc_item *in;		/* NULL: it is not told */
};

/* Of whose space TO, which waits for the answer to a fault, has its page: its own, or that of the partner of a transfer. */
static inline struct space *
faulted_space(struct thread *to)
{
	struct space *space = l4_thread(to)->transfer.faulted;

	return space ? space : to->space;
}

/* Who waits for the answer to a fault has the whole address space open, as its pager has it anyway. */
static void
place_find(struct thread *to, const struct transfer *x, struct place *place)
{
	struct l4_thread *l4 = l4_thread(to);

	if (l4->fault) {
		*place = (struct place){
			.space = faulted_space(to),
			.window = { .size = ADDRESS_BITS, .offset = IPC_SENDER_CHOOSES },
		};
		return;
	}
	*place = (struct place){ .space = to->space, .window = l4->utcb->window, .in = &l4->utcb->in[x->piece] };
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static void
tell(const struct place *place, const struct ipc_item *item)
{
	if (place->in)
		*place->in = *item;
}

/* --- capabilities --------------------------------------------------------------------------------------------------- */

static enum status
cap_derive(struct capability *dst, struct capability *src, const struct ipc_item *item)
{
	switch (item->kind) {
	case ITEM_CAP_COPY:
		return cap_copy(dst, src, item->rights);
	case ITEM_CAP_MINT:
		return cap_mint(dst, src, item->rights, item->badge);
	default:
		cap_move(dst, src);
		return OK;
	}
}

static enum status
cap_item(struct thread *from, const struct place *place, const struct ipc_item *item, struct transfer *x)
{
	u64 slot = place->window.slot + x->slots;
	struct capability *src, *dst;

	if (item->rights & ~(u32)RIGHTS_ALL)
		return ERR_BAD_VALUE;
	enum status status = cap_slot(&from->space->caps, item->from, &src);
	if (status)
		return status;
	if (x->slots >= place->window.slots || cap_empty_slot(&place->space->caps, slot, &dst))
		return ERR_NO_WINDOW;
	status = cap_derive(dst, src, item);
	if (status)
		return status;
	x->slots++;
	tell(place, &(struct ipc_item){ .kind = item->kind, .rights = dst->type & RIGHTS_ALL, .from = slot });
	return OK;
}

/* --- fpages ----------------------------------------------------------------------------------------------------------- */

/* What of an fpage comes where. */
struct fpage {
	struct space *from, *to;
	vaddr_t src, dst;
	u64 pages;
	unsigned rights;
};

static inline u64
low_bits(u64 logarithm)
{
	return (1ul << logarithm) - 1;
}

static bool
fpage_is_one(u64 address, u64 size)
{
	return size >= PAGE_SHIFT && size <= ADDRESS_BITS && !(address & low_bits(size)) && address >> ADDRESS_BITS == 0;
}

/* Where in the larger window an fpage of SIZE comes; false: there is no room any more. */
static bool
window_offset(const struct ipc_window *w, const struct ipc_item *item, const struct transfer *x, u64 *offset)
{
	if (w->offset == IPC_SENDER_CHOOSES) {
		*offset = item->at & low_bits(w->size) & ~low_bits(item->size);
		return true;
	}
	if (w->offset > low_bits(w->size))
		return false;
	*offset = (w->offset + x->placed + low_bits(item->size)) & ~low_bits(item->size);
	return *offset < 1ul << w->size;
}

/* The first page, and the last one below the hole, are never user level's. */
static void
fpage_clip(struct fpage *p)
{
	u64 low = p->src < p->dst ? p->src : p->dst, high = p->src < p->dst ? p->dst : p->src;

	if (low < USER_START) {
		p->src += USER_START;
		p->dst += USER_START;
		p->pages -= USER_START >> PAGE_SHIFT;
	}
	if (high + (p->pages << PAGE_SHIFT) > USER_END)
		p->pages = (USER_END - (p->src > p->dst ? p->src : p->dst)) >> PAGE_SHIFT;
}

static enum status
fpage_place(struct thread *from, const struct place *place, const struct ipc_item *item, const struct transfer *x, struct fpage *p)
{
	const struct ipc_window *w = &place->window;
	u64 offset = 0, part = 0, size = item->size;

	if (!fpage_is_one(item->from, size) || !map_rights_valid(item->rights))
		return ERR_BAD_VALUE;
	if (item->kind == ITEM_GRANT && size > GRANT_LIMIT)
		return ERR_BAD_VALUE;
	if (!fpage_is_one(w->address, w->size))
		return ERR_NO_WINDOW;
	if (size > w->size) {
		part = item->at & low_bits(size) & ~low_bits(w->size);
		size = w->size;
	} else if (!window_offset(w, item, x, &offset)) {
		return ERR_NO_WINDOW;
	}
	*p = (struct fpage){
		.from = from->space, .to = place->space, .src = item->from + part, .dst = w->address + offset,
		.pages = 1ul << (size - PAGE_SHIFT), .rights = item->rights,
	};
	return OK;
}

static inline u64
map_end(const struct map *m)
{
	return m->vaddr + order_bytes(m->order);
}

static inline u64
lesser(u64 a, u64 b)
{
	return a < b ? a : b;
}

/* OLD, at DST, shows what M has at SRC, and gives all rights that could be had. */
static bool
is_same(const struct map *old, vaddr_t dst, const struct map *m, vaddr_t src, unsigned rights)
{
	return map_address(old) + (dst - old->vaddr) == map_address(m) + (src - m->vaddr) &&
	       !(rights & map_rights(m) & ~map_rights(old));
}

/*
 * M, which is at page *DONE, cannot come to its place, because something is mapped there.  When that is the same memory, all that M has of it if
 * WHOLE, it stays and *DONE passes it; else it is flushed, unless it reaches beyond the fpage.
 */
static enum status
fpage_make_room(const struct fpage *p, struct map *m, bool whole, u64 *done)
{
	vaddr_t src = p->src + (*done << PAGE_SHIFT), dst = p->dst + (*done << PAGE_SHIFT);
	vaddr_t end = p->dst + (p->pages << PAGE_SHIFT);
	u64 pages = (lesser(map_end(m) - src, end - dst)) >> PAGE_SHIFT, cleared = 0;
	struct map *old = space_find(p->to, dst);

	if (!old)			/* smaller ones, where a large page is to be */
		return space_revoke_range(p->to, dst, pages, 0, true, &cleared);
	u64 same = lesser(pages, (map_end(old) - dst) >> PAGE_SHIFT);
	if (is_same(old, dst, m, src, p->rights) && (same == pages || !whole)) {
		*done += same;
		return OK;
	}
	if (old->vaddr < p->dst || map_end(old) > end)
		return ERR_NO_WINDOW;
	return map_revoke(old, 0, true);
}

/* One small page, where nothing is.  False: it is something else, or fails, and nothing is changed. */
static bool
map_page(struct space *from, vaddr_t src, struct space *to, vaddr_t dst, unsigned rights)
{
	struct map *m = space_find(from, src), *new;

	return m && space_map_part(to, dst, map_address(m) + (src - m->vaddr), ORDER_4K, rights & map_rights(m), m, &new) == OK;
}

static enum status
fpage_map(const struct fpage *p, u64 *done)
{
	if (p->pages == 1 && map_page(p->from, p->src, p->to, p->dst, p->rights))
		return OK;
	for (;;) {
		enum status status = space_map_range(p->to, p->dst, p->from, p->src, p->pages, p->rights, done);
		if (status != ERR_EXISTS)
			return status;
		struct map *m = space_find(p->from, p->src + (*done << PAGE_SHIFT));
		if (m)
			status = fpage_make_room(p, m, false, done);
		if (m && status)
			return status;
		if (preempt_point_after(PAGE_STEPS))
			return STATUS_RESTART;
	}
}

/* M, at page *DONE, goes to its place. */
static enum status
grant_one(const struct fpage *p, struct map *m, u64 *done)
{
	vaddr_t dst = p->dst + (*done << PAGE_SHIFT);
	u64 pages = 1ul << m->order, before = *done;
	struct map *new;

	if (m->vaddr != p->src + (*done << PAGE_SHIFT) || *done + pages > p->pages || dst & (order_bytes(m->order) - 1))
		return ERR_BAD_VALUE;		/* a part of a page */
	if (m->space == p->to && m->vaddr == dst) {
		*done += pages;
		return OK;
	}
	enum status status = OK;
	if (map_rights(m) & ~p->rights)
		status = map_revoke(m, p->rights, true);
	if (status == OK)
		status = space_grant(m, p->to, dst, &new);
	if (status != ERR_EXISTS) {
		*done += status ? 0 : pages;
		return status;
	}
	status = fpage_make_room(p, m, true, done);
	if (status == OK && *done > before)
		space_unmap(m);			/* its memory is there already */
	return status;
}

static enum status
fpage_grant(const struct fpage *p, u64 *done)
{
	while (*done < p->pages) {
		struct map *m = space_find(p->from, p->src + (*done << PAGE_SHIFT));
		enum status status = OK;

		if (m)
			status = grant_one(p, m, done);
		else
			++*done;
		if (status)
			return status;
		if (preempt_point_after(m ? PAGE_STEPS : 1))
			return STATUS_RESTART;
	}
	return OK;
}

/* The receiver's troubles, as its partner is told of them. */
static enum status
partner_status(enum status status)
{
	switch (status) {
	case ERR_NO_KMEM:
		return ERR_PARTNER_KMEM;
	case ERR_WRONG_STATE:
		return ERR_NO_WINDOW;
	default:
		return status;
	}
}

static enum status
fpage_item(struct thread *from, const struct place *place, const struct ipc_item *item, struct transfer *x)
{
	struct fpage p;
	enum status status = fpage_place(from, place, item, x, &p);

	if (status)
		return status;
	vaddr_t dst = p.dst;
	u64 size = item->size < place->window.size ? item->size : place->window.size;
	fpage_clip(&p);
	status = item->kind == ITEM_MAP ? fpage_map(&p, &x->done) : fpage_grant(&p, &x->done);
	if (status)
		return partner_status(status);
	x->placed = dst - place->window.address + (1ul << size) - place->window.offset;
	tell(place, &(struct ipc_item){ .kind = item->kind, .rights = item->rights, .from = dst, .size = size });
	return OK;
}

/* --- both ------------------------------------------------------------------------------------------------------------- */

enum status
item_transfer(struct thread *from, struct thread *to, struct transfer *x)
{
	struct ipc_item item = l4_thread(from)->utcb->out[x->piece];
	struct place place;

	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	place_find(to, x, &place);
	switch (item.kind) {
	case ITEM_CAP_COPY:
	case ITEM_CAP_MINT:
	case ITEM_CAP_MOVE:
		return cap_item(from, &place, &item, x);
	case ITEM_MAP:
	case ITEM_GRANT:
		return fpage_item(from, &place, &item, x);
	default:
		return ERR_BAD_VALUE;
	}
}

/* A page that cannot be mapped at once is nothing special, errors included. */
bool
item_map_page(struct thread *from, struct thread *to)
{
	struct ipc_item item = l4_thread(from)->utcb->out[0];

	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (item.kind != ITEM_MAP || item.size != PAGE_SHIFT || item.from & PAGE_MASK || !map_rights_valid(item.rights))
		return false;
	return map_page(from->space, item.from, faulted_space(to), item.at & ~PAGE_MASK, item.rights);
}
