/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel image's sections, from kernel.ld.  Each begins and ends on a page boundary. */
#pragma once

#include "core/types.h"

extern const char text_start[], text_end[];		/* executable */
extern const char entry_text_start[], entry_text_end[];	/* the part that page-table isolation leaves to user level */
extern const char entry_data_start[], entry_data_end[];	/* the same of what is writable */
extern const char rodata_start[], rodata_end[];		/* read-only */
extern const char data_start[], image_end[];		/* writable */

extern u64 boot_clock;		/* the time-stamp counter when start.S began */
