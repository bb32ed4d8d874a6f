/* SPDX-License-Identifier: BSD-2-Clause */
/* Assembler's offsets are the structures': checked when this is compiled. */
#include "core/thread.h"
#include "core/kmem_record.h"
#include "personalities/exo/binding.h"
#include "personalities/exo/cache.h"
#include "personalities/exo/named.h"
#include "personalities/exo/offsets.h"
#include <exo/bindings.h>

#define SAME(name, type, member) _Static_assert((name) == offsetof(type, member), #name)
#define ENVIRONMENT(name, member) \
	_Static_assert((name) == offsetof(struct thread, personality) + offsetof(struct environment, member), #name)

SAME(THREAD_PERSONALITY, struct thread, personality);

ENVIRONMENT(ENV_SHARE, share);
ENVIRONMENT(ENV_ENTRY, entry);
ENVIRONMENT(ENV_NAME, name);
ENVIRONMENT(ENV_LIBRARY_BEGIN, library_begin);
ENVIRONMENT(ENV_LIBRARY_BYTES, library_bytes);
ENVIRONMENT(ENV_RANGE_BEGIN, range_begin);
ENVIRONMENT(ENV_RANGE_BYTES, range_bytes);
ENVIRONMENT(ENV_RESUMABLE, resumable);
ENVIRONMENT(ENV_TABLE, table.page);
ENVIRONMENT(ENV_TABLE_MASK, table.mask);
ENVIRONMENT(ENV_LEAF, table.leaf);
ENVIRONMENT(ENV_EXCEPTION, context[CONTEXT_EXCEPTION]);
ENVIRONMENT(ENV_ADDRESSING, context[CONTEXT_ADDRESSING]);
ENVIRONMENT(ENV_CALL, context[CONTEXT_CALL]);
_Static_assert(THREAD_FPU_AREA == THREAD_FPU_OFFSET, "THREAD_FPU_AREA");

SAME(CONTEXT_AREA, struct context, area);
SAME(CONTEXT_HANDLER, struct context, handler);
SAME(CONTEXT_HOLD_TYPE, struct context, hold.type);
_Static_assert(CONTEXT_BYTES == sizeof(struct context), "CONTEXT_BYTES");

SAME(BINDING_KEY, struct binding, key);
SAME(BINDING_PTE, struct binding, pte);
SAME(BINDING_FRAME, struct binding, frame);
SAME(BINDING_EPOCH, struct binding, epoch);

SAME(RECORD_EPOCH, struct frame, epoch);
SAME(RECORD_MAPS, struct frame, maps);
SAME(RECORD_POOL, struct frame, pool);
SAME(RECORD_MAPPINGS, struct frame, records);
SAME(RECORD_REGION, struct frame, region);
SAME(RECORD_ENTRIES, struct frame, entries);
SAME(RECORD_LEFT, struct frame, left);
SAME(RECORD_FREE, struct frame, free);
SAME(RECORD_FRESH, struct frame, fresh);
SAME(RECORD_SLAB_PPREV, struct frame, pool_pprev);
SAME(RECORD_SLAB_NEXT, struct frame, pool_next);
SAME(RECORD_STATE, struct frame, state);
SAME(RECORD_STATE + 1, struct frame, level);
_Static_assert(RECORD_LEAF_TABLE == (FRAME_TABLE | 1 << 8), "RECORD_LEAF_TABLE");
_Static_assert(sizeof(struct frame) == 1 << RECORD_BYTES_SHIFT, "RECORD_BYTES_SHIFT");

SAME(MAP_OPEN, struct map, open);
SAME(MAP_CLOSE, struct map, close);
SAME(MAP_SPACE, struct map, space);
SAME(MAP_PTE, struct map, pte);
SAME(MAP_VADDR, struct map, vaddr);
SAME(MAP_ORDER, struct map, order);
SAME(MAP_FLAGS, struct map, flags);
_Static_assert(MAP_BYTES == sizeof(struct map) && MAP_BYTES == KMEM_SIZE_MIN, "MAP_BYTES");
SAME(LINK_NEXT, struct map_link, next);
SAME(LINK_PPREV, struct map_link, pprev);
SAME(SPACE_SLAB, struct space, kmem.partial[KMEM_RECORD_LIST]);
SAME(SPACE_MAPPED, struct space, mapped[ORDER_4K]);

SAME(SHARE_RUNS, struct share, runs);
SAME(NAME_FAST, struct name_entry, fast);
SAME(NAME_THREAD, struct name_entry, thread);
_Static_assert(NAME_OFFSET == NAME_INDEX_MASK && sizeof(struct name_entry) == 16, "a name has its entry's offset in it");

SAME(SAVE_VECTOR, struct save_area, vector);
SAME(SAVE_BUSY, struct save_area, busy);
SAME(SAVE_ERROR, struct save_area, error);
SAME(SAVE_ADDRESS, struct save_area, address);
SAME(SAVE_RIP, struct save_area, rip);
SAME(SAVE_RFLAGS, struct save_area, rflags);
SAME(SAVE_RSP, struct save_area, rsp);
SAME(SAVE_PENDING, struct save_area, pending);

SAME(RECORD_DIRTY, struct frame, dirty);
_Static_assert(RECORD_USER_PAGE == (FRAME_USER | ORDER_4K << 8), "RECORD_USER_PAGE");
SAME(EXTENT_FIRST, struct frame_extent, first);
SAME(EXTENT_COUNT, struct frame_extent, count);
SAME(CAPABILITY_OBJECT, struct capability, object);
SAME(CAPABILITY_TYPE, struct capability, type);
SAME(SPACE_SLOTS, struct space, caps.page);
_Static_assert(SLOTS == CAP_LIMIT && CAP_PER_PAGE == 64 && sizeof(struct capability) == 64, "SLOTS, and shifts in bind.S");
_Static_assert(FRAME_KIND == KIND_FRAME && RIGHT_TO_SHARE == RIGHT_SHARE && CAPS_BY_SLOT == CAPS_SLOT, "names");
_Static_assert(BIND_START == USER_START && BIND_WIRED == 0x100, "flags in bind.S");
_Static_assert(BINDING_EVICTABLE == BIND_WIRED >> 8 && BINDING_SHARE == RIGHT_SHARE << 6 >> 8, "flags in bind.S");

/* Numbers too large for an instruction: from a record's address, shifted to the size of a page, to its page's address in the direct map and to its physical address. */
const u64 record_pages = DIRECT_BASE - FRAMES_BASE * (PAGE_SIZE / sizeof(struct frame));
const u64 record_addresses = FRAMES_BASE * (PAGE_SIZE / sizeof(struct frame));
const u64 record_first = FRAMES_BASE;
const u64 bind_span = USER_END - USER_START;
const u64 granted_bits[] = FOR_RIGHTS(PTE_GRANTED);
