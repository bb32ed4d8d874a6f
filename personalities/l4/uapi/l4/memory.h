/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory as l4's calls name it. */
#pragma once

#define FRAME_ANY	(~0ul)		/* frame_take: whichever is free */

/* Sizes of a frame: the order that frame_take is given. */
#define FRAME_4K	0
#define FRAME_2M	9
#define FRAME_1G	18
