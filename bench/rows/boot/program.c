/* SPDX-License-Identifier: BSD-2-Clause */
/* The smallest program: the row ends where it begins. */
int
main(void)
{
	return 0;
}
