/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forgetting translations, and the tags that say whose they are.
 *
 * A CPU with PCID and INVPCID tags what it caches.  A space has its tag, 1 to TAG_LIMIT - 1, from its first table to its last, and
 * nothing is cached with a tag that nobody has: so space->cr3 never changes and always says "keep".  Spaces beyond the number of
 * tags, and all of them on CPUs without, have tag 0: loading their tables forgets everything but the kernel's, and while they are not
 * loaded nothing of theirs is cached.
 *
 * A CPU that has PCID but not INVPCID (made from 2010 to 2012) is used as one without tags: forgetting one page of another space
 * would take two loads of cr3.
 */
#include "arch/x86/cpu.h"
#include "arch/x86/instructions.h"
#include "arch/x86/pagetable.h"
#include "core/arch.h"
#include "core/panic.h"

#define RANGE_PAGES	32		/* a longer range costs more than what refilling the space's translations does */
#define TAG_WORDS	(TAG_LIMIT / 64)

static u64 tags_taken[TAG_WORDS] = { 1 };	/* bit set: a space has it; 0 is for all that have none */

u64
tlb_tag_new(void)
{
	if (!cpu_has_pcid || !cpu_has_invpcid)
		return 0;
	for (unsigned i = 0; i < TAG_WORDS; i++)
		if (~tags_taken[i]) {
			unsigned bit = __builtin_ctzl(~tags_taken[i]);

			tags_taken[i] |= 1ul << bit;
			return 64 * i + bit;
		}
	return 0;
}

void
tlb_tag_free(u64 tag)
{
	kassert(tag && tags_taken[tag / 64] >> tag % 64 & 1);
	invpcid(INVPCID_TAG, tag, 0);
	pti_tag_flush(tag);
	tags_taken[tag / 64] &= ~(1ul << tag % 64);
}

static inline bool
is_loaded(const struct space *space)
{
	return ((read_cr3() ^ space->cr3) & PTE_ADDRESS) == 0;
}

void
arch_tlb_flush_page(const struct space *space, vaddr_t vaddr)
{
	u64 tag = space->cr3 & CR3_TAG;

	if (is_loaded(space))
		invlpg(vaddr);
	else if (tag)
		invpcid(INVPCID_PAGE, tag, vaddr);
	pti_tag_flush_page(tag, vaddr);
}

void
arch_tlb_flush_range(const struct space *space, vaddr_t vaddr, u64 pages)
{
	if (pages > RANGE_PAGES) {
		arch_tlb_flush_space(space);
		return;
	}
	if (!is_loaded(space) && !(space->cr3 & CR3_TAG))
		return;
	for (vaddr_t end = vaddr + pages * PAGE_SIZE; vaddr < end; vaddr += PAGE_SIZE)
		arch_tlb_flush_page(space, vaddr);
}

void
arch_tlb_flush_space(const struct space *space)
{
	u64 tag = space->cr3 & CR3_TAG;

	if (is_loaded(space))
		write_cr3(read_cr3());		/* bit 63 reads as 0: nothing is kept */
	else if (tag)
		invpcid(INVPCID_TAG, tag, 0);
	pti_tag_flush(tag);
}
