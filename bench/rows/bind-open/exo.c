/* SPDX-License-Identifier: BSD-2-Clause */
#include "../bind-1/exo.c"
