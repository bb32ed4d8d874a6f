/* SPDX-License-Identifier: BSD-2-Clause */
#define NODES	100UL
#define DEEP	0
#include "../tree.h"
