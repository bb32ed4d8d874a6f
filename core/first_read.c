/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the first program in the boot archive; what is wrong there is said in the words of whoever has to mend it. */
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/first_read.h"
#include "core/panic.h"
#include <janus/archive.h>

static void
archive_start(struct archive *archive)
{
	if (!bootinfo.archive_bytes)
		boot_refuse("there is no boot archive; give one as initrd (QEMU) or module2 (GRUB), or start with ./janus run");
	archive_open(archive, arch_direct(bootinfo.archive_base), bootinfo.archive_bytes);
}

/* The file NAME; false: the archive has none. */
static bool
archive_get(struct archive *archive, const char *name, struct archive_file *file)
{
	enum status status = archive_find(archive, name, file);

	if (status == ERR_BAD_VALUE)
		boot_refuse("boot archive, byte %lu: %s; pack it again", archive->next, archive->problem);
	return status == OK;
}

/* To its end: a file that is cut off is missed now, not when somebody wants it. */
static void
archive_walk(struct archive *archive)
{
	struct archive_file file;

	archive_get(archive, "", &file);		/* no file is called so: every header is read */
}

/* The next entry; false: there are no more. */
static bool
manifest_get(struct manifest *manifest, struct manifest_program *program)
{
	enum status status = manifest_next(manifest, program);

	if (status == ERR_BAD_VALUE && *manifest->word)
		boot_refuse("manifest:%u: \"%s\" %s", manifest->line, manifest->word, manifest->problem);
	if (status == ERR_BAD_VALUE)
		boot_refuse("manifest:%u: %s", manifest->line, manifest->problem);
	return status == OK;
}

/* Read the first entry, after a look at all of them: a mistake anywhere is told now.  Its line. */
static unsigned
manifest_read(struct archive *archive, struct manifest_program *program)
{
	struct archive_file file, found;
	struct manifest manifest;

	if (!archive_get(archive, ARCHIVE_MANIFEST, &file))
		boot_refuse("the boot archive has no file named " ARCHIVE_MANIFEST "; pack one with a line: program NAME PATH");
	manifest_open(&manifest, (const char *)file.data, file.bytes);
	while (manifest_get(&manifest, program))
		if (!archive_get(archive, program->path, &found))
			boot_refuse("manifest:%u: the boot archive has no file %s", manifest.line, program->path);
	manifest_open(&manifest, (const char *)file.data, file.bytes);
	if (!manifest_get(&manifest, program))
		boot_refuse("the manifest names no program; add a line: program NAME PATH");
	return manifest.line;
}

void
first_read(struct first_program *program)
{
	struct archive archive;
	struct archive_file file;
	const char *problem;

	archive_start(&archive);
	archive_walk(&archive);
	unsigned line = manifest_read(&archive, &program->manifest);
	const char *path = program->manifest.path;
	archive_get(&archive, path, &file);
	if (elf_read(file.data, file.bytes, &program->elf, &problem))
		boot_refuse("manifest:%u: %s %s", line, path, problem);
}
