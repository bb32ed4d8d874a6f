/* SPDX-License-Identifier: BSD-2-Clause */
#include "../page-fault-bind/exo.c"
