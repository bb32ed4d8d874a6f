/* SPDX-License-Identifier: BSD-2-Clause */
#define FROM	RIGHT_READ
#define TO	READ_WRITE
#include "../protect_hundred.h"
