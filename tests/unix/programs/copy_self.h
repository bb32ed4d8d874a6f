/* SPDX-License-Identifier: BSD-2-Clause */
/* The program that runs, as another file. */
#pragma once

#include "show.h"

static void
copy_self(const char *path)
{
	char text[4096];
	int from = (int)DO(open("/proc/self/exe", O_RDONLY)), to = (int)DO(open(path, O_CREAT | O_WRONLY | O_TRUNC, 0755));

	for (ssize_t bytes; (bytes = read(from, text, sizeof(text))) > 0;)
		DO(write(to, text, (size_t)bytes));
	close(from);
	close(to);
}
