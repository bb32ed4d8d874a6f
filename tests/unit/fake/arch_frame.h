/* SPDX-License-Identifier: BSD-2-Clause */
/* The trap frame is words alone: the host uses the machine's own. */
#pragma once

#include "arch/x86/inline/arch_frame.h"
