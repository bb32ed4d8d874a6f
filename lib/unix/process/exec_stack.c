/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a program finds on its stack:
 *
 *     sp ─► argc │ argv ... NULL │ environment ... NULL │ auxiliary vector │ 16 random bytes │ platform │ strings: argv, environment, its name │ 8 bytes of zeroes │ end
 */
#include <elf.h>
#include <string.h>
#include <janus/kinds.h>
#include <unix/arena.h>
#include "process/exec.h"

#define MORE		(32 * UNIX_PAGE)	/* that is there at once: the area grows by itself */
#define BUFFER		64
#define TICKS		100			/* a second, as times() counts */
#define FRAME_LEAST	976			/* of a signal, without floating point */
#define AT_MINSIGSTKSZ	51

static const char platform[] = "x86_64";

/* Words, one behind the other. */
struct writer {
	struct process *p;
	uint64_t at;
	unsigned count;
	int error;
	uint64_t word[BUFFER];
};

static void
flush(struct writer *w)
{
	if (!w->error)
		w->error = image_write(w->p, w->at, w->word, w->count * sizeof(uint64_t));
	w->at += w->count * sizeof(uint64_t);
	w->count = 0;
}

static void
put(struct writer *w, uint64_t word)
{
	w->word[w->count++] = word;
	if (w->count == BUFFER)
		flush(w);
}

/* COUNT strings that begin at AT; what follows them. */
static uint64_t
put_strings(struct writer *w, const struct exec *x, uint64_t at, unsigned count)
{
	while (count--) {
		put(w, at);
		at += text_length(x, at) + 1;
	}
	put(w, 0);
	return at;
}

struct auxiliary {
	uint64_t what, value;
};

#define AUXILIARIES 21

static void
auxiliary_fill(const struct exec *x, uint64_t random, uint64_t platform_at, struct auxiliary list[AUXILIARIES])
{
	const struct process *p = x->t->process;
	uint32_t hardware, ignored;

	asm("cpuid" : "=d" (hardware), "=a" (ignored) : "a" (1) : "rbx", "rcx");
	const struct auxiliary all[AUXILIARIES] = {
		{ AT_SYSINFO_EHDR, p->vdso }, { AT_MINSIGSTKSZ, FRAME_LEAST + shared->process.fpu_bytes }, { AT_HWCAP, hardware }, { AT_PAGESZ, UNIX_PAGE },
		{ AT_CLKTCK, TICKS }, { AT_PHDR, x->image.headers }, { AT_PHENT, sizeof(Elf64_Phdr) }, { AT_PHNUM, x->image.header_count }, { AT_BASE, x->linker.base },
		{ AT_FLAGS, 0 }, { AT_ENTRY, x->image.entry }, { AT_UID, p->who.uid }, { AT_EUID, x->euid }, { AT_GID, p->who.gid }, { AT_EGID, x->egid },
		{ AT_SECURE, exec_other(x) }, { AT_RANDOM, random }, { AT_HWCAP2, 0 }, { AT_EXECFN, x->name_at }, { AT_PLATFORM, platform_at }, { AT_NULL, 0 },
	};
	memcpy(list, all, sizeof(all));
}

static int
vector_put(struct exec *x)
{
	uint64_t platform_at = x->at - sizeof(platform), random = (platform_at - 16) & ~15ul;
	uint64_t words = 1 + x->arguments + 1 + x->variables + 1 + 2 * AUXILIARIES;
	struct writer w = { .p = x->t->process, .at = (random - words * sizeof(uint64_t)) & ~15ul };
	struct auxiliary list[AUXILIARIES];
	uint8_t bytes[16];

	host_random(bytes, sizeof(bytes));
	w.error = image_write(w.p, platform_at, platform, sizeof(platform));
	if (!w.error)
		w.error = image_write(w.p, random, bytes, sizeof(bytes));
	x->stack = w.at;
	put(&w, x->arguments);
	x->environment_at = put_strings(&w, x, x->at, x->arguments);
	put_strings(&w, x, x->environment_at, x->variables);
	auxiliary_fill(x, random, platform_at, list);
	for (unsigned i = 0; i < AUXILIARIES; i++) {
		put(&w, list[i].what);
		put(&w, list[i].value);
	}
	flush(&w);
	return w.error;
}

int
stack_make(struct exec *x)
{
	uint64_t words = (x->arguments + x->variables + 2 * AUXILIARIES + 8) * sizeof(uint64_t);
	uint64_t start = (x->at - words - MORE) & -UNIX_PAGE;
	struct area_request r = { .start = start, .bytes = MEMORY_END - start, .name = AREA_STACK, .grows = true,
		.rights = RIGHT_READ | RIGHT_WRITE | (x->image.stack_executes ? RIGHT_EXECUTE : 0), .may = RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE };
	int error = memory_map(x->t->process, &r);

	if (!error)
		error = text_move(x);
	return error ? error : vector_put(x);
}
