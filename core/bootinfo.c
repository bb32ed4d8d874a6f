/* SPDX-License-Identifier: BSD-2-Clause */
/* The one struct bootinfo: its type fills a page, so that nothing else is on the page that the first program reads. */
#include "core/bootinfo.h"

struct bootinfo bootinfo = { .magic = BOOTINFO_MAGIC, .version = BOOTINFO_VERSION };
_Static_assert(sizeof(bootinfo) == PAGE_SIZE, "handed to the first program as one page");
