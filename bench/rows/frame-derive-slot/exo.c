/* SPDX-License-Identifier: BSD-2-Clause */
#include "../frame-derive/exo.c"
