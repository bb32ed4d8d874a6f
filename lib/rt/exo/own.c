/* SPDX-License-Identifier: BSD-2-Clause */
/* The first program's own file, for further environments of the same program. */
#include <exo/load.h>
#include <janus/archive.h>
#include <janus/manifest.h>
#include <janus/rt.h>

enum status
program_own(struct elf_program *program)
{
	static struct manifest_program line;
	struct manifest manifest;
	struct archive archive;
	struct archive_file file;
	const char *problem;

	rt_archive_open(&archive);
	enum status status = archive_find(&archive, ARCHIVE_MANIFEST, &file);
	if (status)
		return status;
	manifest_open(&manifest, (const char *)file.data, file.bytes);
	status = manifest_next(&manifest, &line);
	if (!status)
		status = archive_find(&archive, line.path, &file);
	return status ? status : elf_read(file.data, file.bytes, program, &problem);
}
