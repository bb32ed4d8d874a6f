/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes of tables, and limits. */
#pragma once

#define SIGNALS		64
#define GROUPS_LIMIT	32
#define LIMITS		16		/* RLIM_NLIMITS */
#define FUTEX_QUEUES	64
#define FILES_LIMIT	1024		/* descriptors of a process */
#define PATH_LIMIT	4096
#define NAME_LIMIT	255
#define IOV_LIMIT	1024
#define PID_LIMIT	32768		/* numbers of processes are below it */

/* What uname and /proc say. */
#define UNIX_SYSTEM	"Linux"
#define UNIX_RELEASE	"6.1.0"
#define UNIX_VERSION	"Janus"
