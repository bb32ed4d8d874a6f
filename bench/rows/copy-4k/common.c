/* SPDX-License-Identifier: BSD-2-Clause */
#define BYTES 4096
#include "../copies.h"
