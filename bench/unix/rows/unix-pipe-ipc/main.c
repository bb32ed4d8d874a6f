/* SPDX-License-Identifier: BSD-2-Clause */
/* As unix-pipe: it is linked with a musl whose calls are IPC where there is somebody to send them to (bench/unix/library). */
#include "../unix-pipe/main.c"
