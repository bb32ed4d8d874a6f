/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that probe's calls take beside slots. */
#pragma once

#define PROBE_OWN	(~0ul)		/* in place of the slot of a space or thread: the caller's own space, the caller itself */
