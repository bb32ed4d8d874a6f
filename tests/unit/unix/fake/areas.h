/* SPDX-License-Identifier: BSD-2-Clause */
/* What a test learns from the areas that it does not link. */
#pragma once

extern int fake_signal;		/* the last one that was sent */
