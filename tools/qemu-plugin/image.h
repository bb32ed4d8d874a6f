/* SPDX-License-Identifier: BSD-2-Clause */
/* The code of one program as its file holds it, to tell whether instructions were fetched from that program. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Once, before the others. False: the file is no 64-bit ELF, or has no code. */
bool image_read(const char *path);

/* Whether the program has these bytes at this address; false where no image was read. */
bool image_has(uint64_t address, const uint8_t *bytes, size_t size);
