/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that writes over all that its domain shares, from where its argument says. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <unix/machine.h>

int
main(int argc, char **argv)
{
	uint64_t start = argc > 1 && strcmp(argv[1], "arena") == 0 ? UNIX_ARENA : UNIX_DOMAIN;

	printf("scribbles\n");
	if (fork())
		pause();
	for (uint64_t at = start;; at += 8)
		*(volatile uint64_t *)at = at * 0x9e3779b97f4a7c15;
}
