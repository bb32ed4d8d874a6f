/* SPDX-License-Identifier: BSD-2-Clause */
#define TABLE 256
#include "../binding_table.h"
