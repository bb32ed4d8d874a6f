/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints what core's reader makes of the manifest on standard input: each program's words, or the line that is wrong. */
#include <stdio.h>
#include <janus/manifest.h>

static void
print(const struct manifest_program *program)
{
	printf("program\n%s\n%s\n", program->name, program->path);
	for (unsigned i = 0; i < program->arguments; i++)
		printf("arg %s\n", program->argument[i]);
	for (unsigned i = 0; i < program->settings; i++)
		printf("set %s=%s\n", program->key[i], program->value[i]);
}

static size_t
count(struct manifest *manifest, enum status *status)
{
	struct manifest_program program;
	size_t programs = 0;

	while ((*status = manifest_next(manifest, &program)) == OK)
		programs++;
	return programs;
}

int
main(void)
{
	static char text[1 << 20];
	size_t bytes = fread(text, 1, sizeof text, stdin);
	struct manifest_program program;
	struct manifest manifest;
	enum status status;
	size_t programs;

	manifest_open(&manifest, text, bytes);
	programs = count(&manifest, &status);
	if (status == ERR_BAD_VALUE)
		return printf("line %u\n", manifest.line) < 0;
	manifest_open(&manifest, text, bytes);
	while (programs--) {
		manifest_next(&manifest, &program);
		print(&program);
	}
	return 0;
}
