/* SPDX-License-Identifier: BSD-2-Clause */
#define WORDS (IPC_WORDS + 4)
#include "../l4_words.h"
