/* SPDX-License-Identifier: BSD-2-Clause */
#define BYTES 65536
#include "../copies.h"
