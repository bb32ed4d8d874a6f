/* SPDX-License-Identifier: BSD-2-Clause */
#define BYTES 4194304
#include "../copies.h"
