/* SPDX-License-Identifier: BSD-2-Clause */
/* The first program of a kernel that was given no other: says that user level works, and with which arguments. */
#include <stdio.h>

int
main(int argc, char **argv)
{
	printf("hello from user level");
	for (int i = 0; i < argc; i++)
		printf("%s \"%s\"", i ? "," : ":", argv[i]);
	printf("\n");
	return 0;
}
