/* SPDX-License-Identifier: BSD-2-Clause */
/* The same with glibc's threads. */
#include "process_threads.c"
