/* SPDX-License-Identifier: BSD-2-Clause */
#define WORDS 64
#include "../l4_words.h"
