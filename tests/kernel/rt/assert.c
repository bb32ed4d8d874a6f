/* SPDX-License-Identifier: BSD-2-Clause */
/* A failed assertion says where, and ends the machine with a failure. */
#include <assert.h>

int
main(int argc, char **argv)
{
	(void)argv;
	assert(argc == 17);
	return 0;
}
