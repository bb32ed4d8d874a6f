/* SPDX-License-Identifier: BSD-2-Clause */
/* What copy.c needs of a placement. */
#pragma once

#include <unix/host.h>

/* A page of S's that was brought and may not be written down: from space_see on, until something there is mapped, unmapped or protected.  0: it is not remembered. */
page_t space_seen(const struct host_space *s, uint64_t address, unsigned access);
void space_see(const struct host_space *s, uint64_t address, unsigned access, page_t page);
