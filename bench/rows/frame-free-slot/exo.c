/* SPDX-License-Identifier: BSD-2-Clause */
#include "../frame-free-token/exo.c"
