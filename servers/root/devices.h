/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ports, interrupt lines and device memory as capabilities.  An object is made when the first program asks for it; versions of a driver that have the
 * same ranges in the manifest share it.
 */
#pragma once

#include "load.h"

/* Under the names ports0, ports1, ...; irq0, ...; device0, ..., in the order of the manifest's line. */
enum status devices_give(struct instance *i, const struct plan_program *p);
