/* SPDX-License-Identifier: BSD-2-Clause */
/* The server's start.  Its arguments are the first program's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "libos/unix/device.h"
#include "libos/unix/domain.h"
#include "libos/unix/manager.h"
#include "servers/unix/fiber.h"
#include "server.h"

void
domain_ends(const char *why)
{
	printf("unix: the server ends: %s\n", why);
	exit(EXIT_FAILURE);
}

/* The server has no bindings but its own, and can do without any that the kernel does not give it. */
void
fatal(const char *what, uint64_t value)
{
	printf("unix: server: %s, %#lx\n", what, value);
	domain_ends("it cannot go on");
}

void
slice_ends(struct context *c)
{
	own->late = true;
}

/* All of them enter the kernel. */
bool
host_calls(uint64_t *all, uint64_t *without_kernel)
{
	return false;
}

static void
setting_read(void *to, const char *key, const char *value)
{
	if (!strcmp(key, "rewrite") && !strcmp(value, "off"))
		return;
	if (!strcmp(key, "rewrite"))
		setting_wrong(key, value, "off, since each call enters the server: a rewritten site would spare the upcall alone; trust=shared rewrites");
	if (strcmp(key, "trust")) {
		printf("unix: there is no setting %s here: trust=protected\n", key);
		exit(EXIT_FAILURE);
	}
	if (strcmp(value, "protected"))
		setting_wrong(key, value, "protected; programs that trust each other have another library, unix");
}

int
main(int argc, char **argv)
{
	domain_begin(argc);
	settings_each(argv[0], setting_read, NULL);
	domain->wall = wall_read();
	console_begin();
	archive_begin();
	program_begin(argv + 1);
	fiber_begin();
}
