/* SPDX-License-Identifier: BSD-2-Clause */
/* The first program: the boot archive that it is in, its end, and the times until which it is waited for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <exo/wait.h>
#include <janus/archive.h>
#include <janus/rt.h>
#include <unix/unix.h>
#include "domain.h"
#include "manager.h"

static struct unix_boot boot;

void
archive_begin(void)
{
	page_t first = domain->arena_end, pages;
	struct archive archive;

	rt_archive_open(&archive);
	pages = (page_t)((archive.bytes + UNIX_PAGE - 1) / UNIX_PAGE);
	if (pages >= domain->frames - first) {
		printf("unix: the boot archive has %u pages, and there are %u\n", pages, domain->frames - first);
		exit(EXIT_FAILURE);
	}
	memcpy(page_at(first), archive.base, archive.bytes);
	for (page_t page = domain->frames - 1; page >= first + pages; page--)
		host_page_give(page);
	boot.archive = page_at(first);
	boot.archive_bytes = archive.bytes;
}

void
program_begin(char **argument)
{
	static const char *const environment[] = { "PATH=/bin:/usr/bin:/sbin:/usr/sbin", "HOME=/", "TERM=linux", NULL };

	boot.argument = (const char *const *)argument;
	boot.environment = environment;
	int error = unix_begin(&boot);
	if (error) {
		printf("unix: %s cannot be begun: error %d\n", argument[0], -error);
		exit(EXIT_FAILURE);
	}
}

int
program_code(void)
{
	int status = unix_ended();

	return status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 0xff;
}

/* --- time ------------------------------------------------------------------------------------------------------------------------ */

uint64_t
ticks_of(uint64_t deadline)
{
	return deadline == UNIX_NEVER ? WAIT_FOREVER : (uint64_t)((unsigned __int128)deadline * domain->clock_hz / 1000000000u) + 1;
}
