/* SPDX-License-Identifier: BSD-2-Clause */
#define TABLE 0
#include "../binding_table.h"
