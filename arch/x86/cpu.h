/* SPDX-License-Identifier: BSD-2-Clause */
/* What this CPU can do, found once by arch_cpu_init, and its start. */
#pragma once

#include "core/types.h"

extern bool cpu_has_fsgsbase, cpu_has_xsave, cpu_has_smap, cpu_has_pcid, cpu_has_invpcid;

/*
 * Descriptor tables, trap vectors, system-call registers, protection and FPU features of the boot CPU; its idle thread becomes
 * current.  Fills bootinfo.features.  Before the first trap.
 */
void arch_cpu_init(void);
