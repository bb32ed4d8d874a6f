/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Other threads, so that no row is measured on a machine with only one: they exist, have state, and sleep throughout.
 * Each personality has its own company.c, in harness/<p>/.
 */
#pragma once

void company_start(void);
