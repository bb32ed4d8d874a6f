/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel hands to the first program. */
#include <janus/archive.h>
#include <janus/bootinfo.h>
#include <janus/layout.h>
#include <janus/rt.h>

#define PAGE	4096

void
rt_archive_open(struct archive *archive)
{
	const char *page = (const char *)USER_ARCHIVE;

	archive_open(archive, page + rt_bootinfo->archive_base % PAGE, rt_bootinfo->archive_bytes);
}
