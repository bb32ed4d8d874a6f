/* SPDX-License-Identifier: BSD-2-Clause */
/* Page-table isolation on: the kernel's translations must not outlive the switch to user tables. */
#pragma once

#define PTE_KERNEL_GLOBAL	0
