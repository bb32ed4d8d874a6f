/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files of the fake machine. */
#pragma once

void tlb_reset(void);
void hooks_reset(void);
