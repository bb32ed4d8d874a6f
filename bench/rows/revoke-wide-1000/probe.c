/* SPDX-License-Identifier: BSD-2-Clause */
#define NODES	1000UL
#define DEEP	0
#include "../tree.h"
