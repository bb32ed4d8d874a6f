/* SPDX-License-Identifier: BSD-2-Clause */
/* Beside the vectors of the machine, for <servers/words.h>. */
#pragma once

#define WORDS_KILLED	256		/* there was no exception */
