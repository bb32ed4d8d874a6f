/* SPDX-License-Identifier: BSD-2-Clause */
/* Physical memory as a loader leaves it, for tests of arch/x86/boot: blocks, each its own allocation, so that a read beyond ends the test. */
#pragma once

#include "arch/x86/boot/boot.h"

/* Forget everything: blocks, bootinfo, memory map. */
void boot_reset(void);

/* BYTES of memory at PA, a copy of CONTENTS (NULL: zeros). */
u8 *boot_block(paddr_t pa, const void *contents, u64 bytes);

/* True when CALL came back; false when it ended in boot_refuse, whose text is in panic_text. */
#define boot_accepts(call) __extension__ ({					\
	jmp_buf jump;							\
	volatile bool accepted = false;					\
	panic_jump = &jump;						\
	if (!setjmp(jump)) {						\
		(void)(call);						\
		accepted = true;					\
	}								\
	panic_jump = NULL;						\
	accepted;							\
})

/* What holds for bootinfo.region, whatever it was made from. */
void boot_check_regions(void);
