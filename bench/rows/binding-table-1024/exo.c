/* SPDX-License-Identifier: BSD-2-Clause */
#define TABLE 1024
#include "../binding_table.h"
