/* SPDX-License-Identifier: BSD-2-Clause */
#define FROM	READ_WRITE
#define TO	RIGHT_READ
#include "../protect_hundred.h"
