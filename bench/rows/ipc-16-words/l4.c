/* SPDX-License-Identifier: BSD-2-Clause */
#define WORDS 16
#include "../l4_words.h"
