/* SPDX-License-Identifier: BSD-2-Clause */
/* As unix-getppid: it is linked with a musl whose calls are IPC where there is somebody to send them to (bench/unix/library). */
#include "../unix-getppid/main.c"
