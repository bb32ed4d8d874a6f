/* SPDX-License-Identifier: BSD-2-Clause */
/* Text, as far as options and names need it. */
#pragma once

#include "core/types.h"

size_t string_length(const char *s);
bool string_begins(const char *s, const char *prefix, size_t length);	/* the first LENGTH bytes of PREFIX */
void string_copy(char *to, size_t size, const char *from);		/* cut to fit, always terminated */
