/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Three passes, so that a line may name what a later one serves: the lines by themselves, then the names that they mention, then what holds
 * between programs.  The first mistake is reported with its line.
 */
#include <string.h>
#include "plan.h"

#define PAGE		4096ul
#define PRIORITIES	256
#define KMEM_LIMIT	65536		/* pages */
#define TIME_LIMIT	1000000000ul	/* microseconds */
#define PORTS		65536ul
#define LINES		256ul
#define DEVICE_END	(1ul << 52)
#define WORD		48		/* bytes of a word of a list */

static enum status
wrong(struct plan *plan, unsigned line, const char *word, const char *problem)
{
	plan->line = line;
	plan->problem = problem;
	strncpy(plan->word, word, sizeof(plan->word) - 1);
	plan->word[sizeof(plan->word) - 1] = '\0';
	return ERR_BAD_VALUE;
}

/* --- words -------------------------------------------------------------------------------------------------------- */

static bool
is_name(const char *text)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

	return length && length < PLAN_NAME && !text[length];
}

/* --- settings ------------------------------------------------------------------------------------------------------- */

static enum status
ranges_read(struct plan *plan, struct plan_program *p, const char *text, uint64_t end, uint64_t unit,
	    struct setting_range list[PLAN_LIST], unsigned *count)
{
	char word[WORD];
	int length;

	while ((length = setting_word(&text, word, sizeof(word))) > 0) {
		if (*count == PLAN_LIST)
			return wrong(plan, p->line, word, "is one too many in its list");
		if (!setting_range(word, end, unit, &list[(*count)++]))
			return wrong(plan, p->line, word, "is not FIRST or FIRST+COUNT within what there is");
	}
	return length ? wrong(plan, p->line, text, "is a list with an empty or overlong word") : OK;
}

static enum status
service_add(struct plan *plan, unsigned line, const char *name, int *index)
{
	*index = plan_service(plan, name);
	if (*index != PLAN_NONE)
		return OK;
	if (plan->services == PLAN_SERVICES)
		return wrong(plan, line, name, "is one service more than there is room for");
	strcpy(plan->service[plan->services], name);
	*index = (int)plan->services++;
	return OK;
}

static enum status
serves_read(struct plan *plan, struct plan_program *p, const char *text)
{
	enum status status;
	char word[WORD];
	int length;

	while ((length = setting_word(&text, word, sizeof(word))) > 0) {
		if (!is_name(word) || !strcmp(word, "root"))
			return wrong(plan, p->line, word, "is not a name of a service");
		if (p->serves == PLAN_LIST)
			return wrong(plan, p->line, word, "is one too many in its list");
		status = service_add(plan, p->line, word, &p->service[p->serves++]);
		if (status)
			return status;
	}
	return length ? wrong(plan, p->line, text, "is a list with an empty or overlong word") : OK;
}

static enum status
restart_read(struct plan *plan, struct plan_program *p, const char *text)
{
	if (strcmp(text, "always") && strcmp(text, "never"))
		return wrong(plan, p->line, text, "is not a way of restart: never and always are");
	p->restart = strcmp(text, "always") ? RESTART_NEVER : RESTART_ALWAYS;
	return OK;
}

static enum status
answer_read(struct plan *plan, struct plan_program *p, const char *text, bool *answer)
{
	if (strcmp(text, "yes") && strcmp(text, "no"))
		return wrong(plan, p->line, text, "is neither yes nor no");
	*answer = !strcmp(text, "yes");
	return OK;
}

/* A share of RAM is as much as there can be at most. */
static enum status
kmem_read(struct plan *plan, struct plan_program *p, const char *text)
{
	if (!setting_share(text, plan->ram, &p->kmem))
		return setting_number(text, 1, KMEM_LIMIT, &p->kmem) ? OK : wrong(plan, p->line, text, "is not a number of pages from 1 to 65536, nor a share such as 20%");
	if (p->kmem > KMEM_LIMIT)
		p->kmem = KMEM_LIMIT;
	return OK;
}

static enum status
memory_read(struct plan *plan, struct plan_program *p, const char *text)
{
	if (setting_share(text, plan->ram, &p->memory) || setting_pages(text, &p->memory))
		return OK;
	return wrong(plan, p->line, text, "is not a number of bytes in whole pages, such as 64K, nor a share such as 20%");
}

/* One setting.  uses and pager are only seen to be there: pass 2 reads them; own_KEY the program itself. */
static enum status
setting_read(struct plan *plan, struct plan_program *p, const char *key, const char *text)
{
	uint64_t value;

	if (!strcmp(key, "uses") || !strcmp(key, "pager") || !strncmp(key, "own_", 4))
		return OK;
	if (!strcmp(key, "serves"))
		return serves_read(plan, p, text);
	if (!strcmp(key, "ports"))
		return ranges_read(plan, p, text, PORTS, 1, p->port, &p->ports);
	if (!strcmp(key, "irq"))
		return ranges_read(plan, p, text, LINES, 1, p->irq, &p->irqs);
	if (!strcmp(key, "device"))
		return ranges_read(plan, p, text, DEVICE_END, PAGE, p->device, &p->devices);
	if (!strcmp(key, "restart"))
		return restart_read(plan, p, text);
	if (!strcmp(key, "start"))
		return answer_read(plan, p, text, &p->start);
	if (!strcmp(key, "archive"))
		return answer_read(plan, p, text, &p->archive);
	if (!strcmp(key, "main"))
		return answer_read(plan, p, text, &p->main);
	if (!strcmp(key, "priority")) {
		if (!setting_number(text, 0, PRIORITIES - 1, &value))
			return wrong(plan, p->line, text, "is not a priority from 0 to 255");
		p->priority = (unsigned)value;
		return OK;
	}
	if (!strcmp(key, "memory"))
		return memory_read(plan, p, text);
	if (!strcmp(key, "budget") || !strcmp(key, "period"))
		return setting_number(text, 1, TIME_LIMIT, key[0] == 'b' ? &p->budget : &p->period) ?
			OK : wrong(plan, p->line, text, "is not a number of microseconds");
	if (!strcmp(key, "kmem"))
		return kmem_read(plan, p, text);
	return wrong(plan, p->line, key, "is not a setting: docs/l4/manifest.md has them all");
}

/* --- pass 1: a line ------------------------------------------------------------------------------------------------- */

static enum status
file_read(struct plan *plan, struct plan_program *p, struct archive *archive)
{
	struct archive_file file;
	const char *problem;

	if (archive_find(archive, p->text.path, &file))
		return wrong(plan, p->line, p->text.path, "is not in the boot archive");
	if (elf_read(file.data, file.bytes, &p->elf, &problem))
		return wrong(plan, p->line, p->text.path, problem);
	return OK;
}

static enum status
line_read(struct plan *plan, struct plan_program *p, struct archive *archive)
{
	enum status status = OK;

	if (!is_name(p->text.name))
		return wrong(plan, p->line, p->text.name, "is not a name of a program: up to 31 letters, digits, _ - and .");
	if (plan_program(plan, p->text.name) != p)
		return wrong(plan, p->line, p->text.name, "is the name of another program, too");
	for (unsigned i = 0; i < p->text.settings && !status; i++)
		status = setting_read(plan, p, p->text.key[i], p->text.value[i]);
	if (!status && (!p->budget != !p->period || p->budget > p->period))
		return wrong(plan, p->line, p->text.name, "needs a budget and a period that is at least as long");
	return status ? status : file_read(plan, p, archive);
}

static void
defaults(struct plan_program *p, unsigned line)
{
	p->line = line;
	p->priority = 100;
	p->memory = 16;
	p->kmem = 32;
	p->start = true;
	p->pager = PLAN_NONE;
}

static enum status
lines_read(struct plan *plan, struct manifest *manifest, struct archive *archive)
{
	enum status status;
	struct plan_program *p = &plan->program[0];

	status = manifest_next(manifest, &p->text);		/* the reader itself */
	while (!status) {
		if (plan->programs == PLAN_PROGRAMS)
			return wrong(plan, manifest->line + 1, "", "the manifest has more programs than there is room for");
		p = &plan->program[plan->programs];
		memset(p, 0, sizeof(*p));
		status = manifest_next(manifest, &p->text);
		if (status)
			break;
		defaults(p, manifest->line);
		plan->programs++;
		status = line_read(plan, p, archive);
		if (status)
			return status;
	}
	return status == ERR_NOT_FOUND ? OK : wrong(plan, manifest->line, manifest->word, manifest->problem);
}

/* --- pass 2: names of services -------------------------------------------------------------------------------------- */

static enum status
uses_read(struct plan *plan, struct plan_program *p, const char *text)
{
	char word[WORD];
	int length, service;

	while ((length = setting_word(&text, word, sizeof(word))) > 0) {
		if (!strcmp(word, "root")) {		/* each program has that service: this one may use all of it */
			p->administers = true;
			continue;
		}
		service = plan_service(plan, word);
		if (service == PLAN_NONE)
			return wrong(plan, p->line, word, "is served by no program");
		if (p->uses == PLAN_LIST)
			return wrong(plan, p->line, word, "is one too many in its list");
		p->use[p->uses++] = service;
	}
	return length ? wrong(plan, p->line, text, "is a list with an empty or overlong word") : OK;
}

static enum status
names_read(struct plan *plan, struct plan_program *p)
{
	const char *uses = manifest_setting(&p->text, "uses"), *pager = manifest_setting(&p->text, "pager");
	enum status status = uses ? uses_read(plan, p, uses) : OK;

	if (status || !pager)
		return status;
	p->pager = plan_service(plan, pager);
	if (p->pager == PLAN_NONE)
		return wrong(plan, p->line, pager, "is a pager that no program serves");
	return OK;
}

/* --- pass 3: between programs ----------------------------------------------------------------------------------------- */

static bool
serves(const struct plan_program *p, int service)
{
	for (unsigned i = 0; i < p->serves; i++) {
		if (p->service[i] == service)
			return true;
	}
	return false;
}

/* All programs that serve P's pager have what they need for their own faults, as far as is known. */
static bool
is_grounded(const struct plan *plan, const struct plan_program *p)
{
	for (unsigned i = 0; i < plan->programs && p->pager != PLAN_NONE; i++) {
		if (serves(&plan->program[i], p->pager) && !plan->program[i].grounded)
			return false;
	}
	return true;
}

/* Who has no pager is grounded, and whose pagers are: whoever is not in the end needs itself. */
static enum status
pagers_end(struct plan *plan)
{
	for (bool more = true; more;) {
		more = false;
		for (unsigned i = 0; i < plan->programs; i++) {
			struct plan_program *p = &plan->program[i];
			if (p->grounded || !is_grounded(plan, p))
				continue;
			p->grounded = more = true;
		}
	}
	for (unsigned i = 0; i < plan->programs; i++) {
		const struct plan_program *p = &plan->program[i];
		if (!p->grounded)
			return wrong(plan, p->line, plan->service[p->pager], "is a pager that needs itself");
	}
	return OK;
}

static bool
ranges_clash(const struct setting_range *a, const struct setting_range *b)
{
	bool same = a->first == b->first && a->count == b->count;

	return !same && a->first < b->first + b->count && b->first < a->first + a->count;
}

static enum status
lists_clash(struct plan *plan, const struct plan_program *p, const struct setting_range *a, unsigned as, const struct setting_range *b, unsigned bs)
{
	for (unsigned i = 0; i < as; i++) {
		for (unsigned j = 0; j < bs; j++) {
			if (ranges_clash(&a[i], &b[j]))
				return wrong(plan, p->line, p->text.name, "asks for a part of a device that another range has");
		}
	}
	return OK;
}

static enum status
devices_clash(struct plan *plan, const struct plan_program *p)
{
	enum status status = OK;

	for (const struct plan_program *q = plan->program; q <= p && !status; q++) {
		status = lists_clash(plan, p, p->port, p->ports, q->port, q->ports);
		if (!status)
			status = lists_clash(plan, p, p->irq, p->irqs, q->irq, q->irqs);
		if (!status)
			status = lists_clash(plan, p, p->device, p->devices, q->device, q->devices);
	}
	return status;
}

/* --- the whole ---------------------------------------------------------------------------------------------------------- */

enum status
plan_read(struct plan *plan, struct archive *archive, uint64_t ram)
{
	struct archive_file file;
	struct manifest manifest;
	enum status status;

	plan->ram = ram;
	plan->programs = plan->services = 0;
	if (archive_find(archive, ARCHIVE_MANIFEST, &file))
		return wrong(plan, 0, ARCHIVE_MANIFEST, "is not in the boot archive");
	manifest_open(&manifest, (const char *)file.data, file.bytes);
	status = lines_read(plan, &manifest, archive);
	for (unsigned i = 0; i < plan->programs && !status; i++)
		status = names_read(plan, &plan->program[i]);
	for (unsigned i = 0; i < plan->programs && !status; i++)
		status = devices_clash(plan, &plan->program[i]);
	return status ? status : pagers_end(plan);
}

int
plan_service(const struct plan *plan, const char *name)
{
	for (unsigned i = 0; i < plan->services; i++) {
		if (!strcmp(plan->service[i], name))
			return (int)i;
	}
	return PLAN_NONE;
}

struct plan_program *
plan_program(struct plan *plan, const char *name)
{
	for (unsigned i = 0; i < plan->programs; i++) {
		if (!strcmp(plan->program[i].text.name, name))
			return &plan->program[i];
	}
	return NULL;
}
