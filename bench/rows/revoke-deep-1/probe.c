/* SPDX-License-Identifier: BSD-2-Clause */
#define NODES	1UL
#define DEEP	1
#include "../tree.h"
