/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of spaces, and the tags of their translations. */
#pragma once

#include "core/types.h"

/* What a space's cr3 is made of beside the root: the tag, and "keep what is cached with this tag". */
#define CR3_TAG		0xffful
#define CR3_KEEP	(1ul << 63)

/* This CPU's page attribute table.  After bootinfo.features is filled. */
void pagetable_init(void);

/* An unused tag, or 0: there is none, or the CPU has no tags. */
u64 tlb_tag_new(void);

/* TAG may be given again; nothing is cached with it any more. */
void tlb_tag_free(u64 tag);
