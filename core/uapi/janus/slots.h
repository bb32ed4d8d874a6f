/* SPDX-License-Identifier: BSD-2-Clause */
/* What calls take beside slots of capabilities. */
#pragma once

#define SLOT_NONE	(~1ul)		/* in place of a slot: nothing, and what was there is taken away */
#define SLOT_OWN	(~0ul)		/* in place of the slot of a space or thread: the caller's own space, the caller itself */
