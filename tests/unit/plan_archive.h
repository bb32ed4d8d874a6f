/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>

/* An archive of MANIFEST and a smallest program bin/p, from malloc; BYTES of it. */
unsigned char *plan_archive(const void *manifest, size_t manifest_bytes, size_t *bytes);
