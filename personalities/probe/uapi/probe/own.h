/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that probe's calls take beside slots. */
#pragma once

#include <janus/slots.h>

#define PROBE_OWN	SLOT_OWN
