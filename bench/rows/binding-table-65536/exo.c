/* SPDX-License-Identifier: BSD-2-Clause */
#define TABLE 65536
#include "../binding_table.h"
