/* SPDX-License-Identifier: BSD-2-Clause */
/* A boot archive of a manifest and the smallest program. */
#include <stdio.h>
#include <string.h>
#include <elf.h>
#include <janus/archive.h>
#include "plan_archive.h"

static void
member(FILE *out, const char *name, const void *data, size_t bytes, unsigned mode)
{
	static const char zero[4];

	fprintf(out, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", 1, mode, 0, 0, 1, 0, bytes, 0, 0, 0, 0, strlen(name) + 1, 0);
	fwrite(name, 1, strlen(name) + 1, out);
	fwrite(zero, 1, -(110 + strlen(name) + 1) & 3, out);
	fwrite(data, 1, bytes, out);
	fwrite(zero, 1, -bytes & 3, out);
}

/* One executable page. */
struct program {
	Elf64_Ehdr head;
	Elf64_Phdr segment;
};

static const struct program smallest = {
	.head = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC, .e_machine = EM_X86_64, .e_version = EV_CURRENT, .e_entry = 0x400000,
		.e_phoff = sizeof(Elf64_Ehdr), .e_ehsize = sizeof(Elf64_Ehdr), .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 1,
	},
	.segment = {
		.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = 0x400000, .p_filesz = sizeof(struct program),
		.p_memsz = sizeof(struct program), .p_align = 4096,
	},
};

unsigned char *
plan_archive(const void *manifest, size_t manifest_bytes, size_t *bytes)
{
	char *image;
	FILE *out = open_memstream(&image, bytes);

	member(out, ARCHIVE_MANIFEST, manifest, manifest_bytes, 0100644);
	member(out, "bin/p", &smallest, sizeof(smallest), 0100755);
	member(out, "TRAILER!!!", "", 0, 0);
	fclose(out);
	return (unsigned char *)image;
}
