/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's half of every address space (layout.h), made once at boot and constant from then on. */
#pragma once

#include "arch/x86/layout.h"
#include "core/types.h"

/* Top-level table of the kernel: its upper half is what every space's table begins with. */
extern paddr_t kernel_root;

/* Build and load the final tables.  Boot's own are gone afterwards, and with them the identity map. */
void paging_init(void);

/* The kernel's uncached mapping of device memory at PA: only that of the local APIC and the IOAPICs is there. */
static inline volatile u32 *
device_memory(paddr_t pa)
{
	return (volatile u32 *)(DEVICES_BASE + pa);
}
