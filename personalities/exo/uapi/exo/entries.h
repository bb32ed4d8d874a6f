/* SPDX-License-Identifier: BSD-2-Clause */
/* Asynchronous entries. */
#pragma once

#define ENTRIES_MAX	51		/* of a queue: one record of 2 KiB */
