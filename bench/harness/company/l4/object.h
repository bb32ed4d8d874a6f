/* SPDX-License-Identifier: BSD-2-Clause */
/* The object that capabilities of rows are to: the smallest that user level can make. */
#pragma once

#include <janus/kinds.h>
#include <l4/kinds.h>
#include <l4/stubs.h>

#define OBJECT_KIND	KIND_ENDPOINT

static inline enum status
object_create(uint64_t into)
{
	return call_endpoint_create(into);
}
