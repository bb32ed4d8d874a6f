/* SPDX-License-Identifier: BSD-2-Clause */
/* The Unix server: its start.  Its arguments are the first program's. */
#include <stdio.h>
#include <stdlib.h>
#include <janus/bootinfo.h>
#include <janus/layout.h>
#include <l4/thread.h>
#include <unix/unix.h>
#include "host.h"

static const char *const environment[] = { "PATH=/sbin:/usr/sbin:/bin:/usr/bin", "HOME=/", "TERM=vt100", NULL };

int
main(int argc, char **argv)
{
	const struct bootinfo *machine = (const struct bootinfo *)USER_BOOTINFO;
	const struct unix_boot boot = {
		.archive = (const char *)USER_ARCHIVE + machine->archive_base % UNIX_PAGE, .archive_bytes = machine->archive_bytes,
		.argument = (const char *const *)argv + 1, .environment = environment,
	};

	if (argc < 2) {
		printf("unix: no program is named: what follows -- is one, with its arguments\n");
		return EXIT_FAILURE;
	}
	if (!settings_take(argv[0], boot.archive, boot.archive_bytes))
		return EXIT_FAILURE;
	endpoint = environment_service();
	memory_init();
	clock_begin();
	if (console_begin()) {
		printf("unix: the console cannot be had\n");
		return EXIT_FAILURE;
	}
	if (last_begin()) {
		printf("unix: nobody is there for its last words\n");
		return EXIT_FAILURE;
	}
	int error = unix_begin(&boot);
	if (error) {
		printf("unix: %s cannot be started: error %d\n", argv[1], -error);
		return EXIT_FAILURE;
	}
	fiber_begin();
}
