/* SPDX-License-Identifier: BSD-2-Clause */
/* Page-table isolation off: user tables hold the kernel too, so its translations are global. */
#pragma once

#define PTE_KERNEL_GLOBAL	PTE_GLOBAL
