/* SPDX-License-Identifier: BSD-2-Clause */
/* The manifest, line by line: a program can use only what stands above it, so one pass is enough.  The first mistake is reported with its line. */
#include <string.h>
#include "init_plan.h"

#define KMEM_DEFAULT	64
#define KMEM_LIMIT	4096
#define MEMORY_DEFAULT	256
#define SLICES_LIMIT	64
#define RESTART_LIMIT	1000
#define PORTS		65536
#define LINES		256
#define PAGE		4096ul
#define DEVICE_END	(1ul << 52)	/* of physical addresses */

static enum status
wrong(struct plan *plan, unsigned line, const char *word, const char *problem)
{
	plan->line = line;
	plan->problem = problem;
	strncpy(plan->word, word, sizeof(plan->word) - 1);
	plan->word[sizeof(plan->word) - 1] = '\0';
	return ERR_BAD_VALUE;
}

unsigned
plan_find(const struct plan *plan, const char *name)
{
	unsigned n = 0;

	while (n < plan->programs && strcmp(plan->program[n].text.name, name))
		n++;
	return n;
}

static enum status
uses_read(struct plan *plan, struct plan_program *p, const char *text)
{
	char word[PLAN_WORD];
	int length;

	while ((length = setting_word(&text, word, sizeof(word))) > 0) {
		unsigned used = plan_find(plan, word);
		if (used == plan->programs)
			return wrong(plan, p->line, word, "is no program of an earlier line");
		if (p->uses == PLAN_USES)
			return wrong(plan, p->line, word, "is one too many: 4 can be used");
		p->use[p->uses++] = used;
		plan->program[used].clients++;
	}
	return length ? wrong(plan, p->line, text, "is a list with an empty or overlong word") : OK;
}

static bool
yes_or_no(const char *value, bool *yes)
{
	*yes = !strcmp(value, "yes");
	return *yes || !strcmp(value, "no");
}

static enum status
setting_read(struct plan *plan, struct plan_program *p, const char *key, const char *value)
{
	bool good;

	if (!strcmp(key, "uses"))
		return uses_read(plan, p, value);
	if (!strcmp(key, "kmem"))
		good = setting_number(value, 1, KMEM_LIMIT, &p->kmem);
	else if (!strcmp(key, "memory"))
		good = setting_pages(value, &p->memory);
	else if (!strcmp(key, "slices"))
		good = setting_number(value, 1, SLICES_LIMIT, &p->slices);
	else if (!strcmp(key, "ports"))
		good = setting_range(value, PORTS, 1, &p->ports);
	else if (!strcmp(key, "irq"))
		good = setting_range(value, LINES, 1, &p->irq) && p->irq.count == 1;
	else if (!strcmp(key, "device"))
		good = setting_range(value, DEVICE_END, PAGE, &p->device);
	else if (!strcmp(key, "restart"))
		good = setting_number(value, 0, RESTART_LIMIT, &p->restart);
	else if (!strcmp(key, "main"))
		good = yes_or_no(value, &p->main);
	else if (!strcmp(key, "archive"))
		good = yes_or_no(value, &p->archive);
	else
		return wrong(plan, p->line, key, "is no setting: uses, kmem, memory, slices, ports, irq, device, restart, main and archive are");
	return good ? OK : wrong(plan, p->line, value, "cannot be the value of its setting");
}

static enum status
program_find(struct plan *plan, struct plan_program *p, struct archive *archive)
{
	struct archive_file file;
	const char *problem;

	if (archive_find(archive, p->text.path, &file))
		return wrong(plan, p->line, p->text.path, "is not in the boot archive");
	if (elf_read(file.data, file.bytes, &p->elf, &problem))
		return wrong(plan, p->line, p->text.path, problem);
	return OK;
}

/* The line that is in the first entry that is not counted yet. */
static enum status
line_read(struct plan *plan, unsigned line, struct archive *archive)
{
	struct plan_program *p = &plan->program[plan->programs];
	enum status status = OK;

	if (plan->programs == PLAN_PROGRAMS)
		return wrong(plan, line, "", "is one program too many: 16 can be started");
	if (strlen(p->text.name) >= PLAN_WORD)
		return wrong(plan, line, p->text.name, "is longer than 31 characters");
	if (plan_find(plan, p->text.name) < plan->programs)
		return wrong(plan, line, p->text.name, "has a line already");
	p->line = line;
	p->kmem = KMEM_DEFAULT;
	p->memory = MEMORY_DEFAULT;
	p->slices = 1;
	p->restart = 0;
	p->main = p->archive = false;
	p->uses = p->clients = 0;
	p->ports.count = p->irq.count = p->device.count = 0;
	for (unsigned i = 0; !status && !p->archive && i < p->text.settings; i++)
		status = setting_read(plan, p, p->text.key[i], p->text.value[i]);
	return status ? status : program_find(plan, p, archive);
}

enum status
plan_read(struct plan *plan, struct archive *archive)
{
	static struct manifest_program reader;
	struct archive_file file;
	struct manifest manifest;

	plan->programs = 0;
	if (archive_find(archive, ARCHIVE_MANIFEST, &file))
		return wrong(plan, 0, ARCHIVE_MANIFEST, "is not in the boot archive");
	manifest_open(&manifest, (const char *)file.data, file.bytes);
	enum status status = manifest_next(&manifest, &reader);
	while (!status) {
		status = manifest_next(&manifest, &plan->program[plan->programs].text);
		if (!status)
			status = line_read(plan, manifest.line, archive);
		plan->programs += !status;
	}
	if (status == ERR_BAD_VALUE && manifest.problem)
		return wrong(plan, manifest.line, manifest.word, manifest.problem);
	return status == ERR_NOT_FOUND ? OK : status;
}
