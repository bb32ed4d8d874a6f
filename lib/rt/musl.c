/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What musl's formatting functions refer to in files that make system calls.  The streams they work on lie on their own
 * stack and belong to one thread: there is nothing to lock, nothing to flush.
 */

int __lockfile(void *stream);
void __unlockfile(void *stream);
void __stdio_exit_needed(void);

int
__lockfile(void *stream)
{
	(void)stream;
	return 0;
}

void
__unlockfile(void *stream)
{
	(void)stream;
}

void
__stdio_exit_needed(void)
{
}
