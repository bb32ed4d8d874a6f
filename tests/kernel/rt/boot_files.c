/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel hands to the first program. */
#include <string.h>
#include <janus/archive.h>
#include <janus/bootinfo.h>
#include <janus/elf.h>
#include <janus/manifest.h>
#include "tap.h"

extern char _start[];

/* The program finds itself in the boot archive, with the readers that the kernel used. */
int
main(void)
{
	struct archive archive;
	struct archive_file file;
	struct manifest manifest;
	struct manifest_program entry;
	struct elf_program elf;
	const char *problem;

	tap_equal(rt_bootinfo->magic, BOOTINFO_MAGIC);
	tap_equal(rt_bootinfo->version, BOOTINFO_VERSION);
	rt_archive_open(&archive);
	tap_status(archive_find(&archive, ARCHIVE_MANIFEST, &file), OK);
	manifest_open(&manifest, (const char *)file.data, file.bytes);
	tap_status(manifest_next(&manifest, &entry), OK);
	tap_ok(manifest_setting(&entry, "key") && strcmp(manifest_setting(&entry, "key"), "a value") == 0, "its setting is readable");
	tap_status(archive_find(&archive, entry.path, &file), OK);
	tap_status(elf_read(file.data, file.bytes, &elf, &problem), OK);
	tap_equal(elf.entry, (uintptr_t)_start);
	tap_ok(memcmp((const void *)elf.segment[0].address, elf.segment[0].data, elf.segment[0].data_bytes) == 0,
	       "the first segment is in memory as in the file");
	tap_status(archive_find(&archive, "no/such/file", &file), ERR_NOT_FOUND);
	tap_done();
}
