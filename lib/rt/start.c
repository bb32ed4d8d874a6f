/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the first instruction to main: the thread block, which musl's functions reach through %fs, then the program.
 *
 *   memory          | copy of the thread-local variables, ends at the block | struct thread_block |
 *                                                                            ^ FS base
 *
 * musl keeps errno, the locale and the stack protector's word behind the FS base, in a structure of its own; its size is all that
 * is relied on here, and its first word, which points to itself.
 */
#include <elf.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <janus/bootinfo.h>
#include <janus/rt.h>
#include <janus/stubs.h>
#include "heap.h"

#define THREAD_BLOCK_BYTES	512	/* at least musl's struct pthread: 1.2.3 has 200 */

struct thread_block {
	struct thread_block *self;
	char musl[THREAD_BLOCK_BYTES - sizeof(void *)];
};

int main(int argc, char **argv);
void rt_start(const struct bootinfo *bootinfo, int argc, char **argv) __attribute__((noreturn));

extern const Elf64_Ehdr __ehdr_start;		/* the program's own headers, from the linker */

const struct bootinfo *rt_bootinfo;
const char *const *rt_environment;

/* The program's thread-local variables: NULL when it has none. */
static const Elf64_Phdr *
tls_header(void)
{
	const Elf64_Phdr *p = (const Elf64_Phdr *)((const char *)&__ehdr_start + __ehdr_start.e_phoff);

	for (unsigned i = 0; i < __ehdr_start.e_phnum; i++) {
		if (p[i].p_type == PT_TLS)
			return &p[i];
	}
	return NULL;
}

static size_t
tls_align(const Elf64_Phdr *tls)
{
	return tls && tls->p_align > THREAD_BLOCK_ALIGN ? tls->p_align : THREAD_BLOCK_ALIGN;
}

/* How far below the block the copy begins: more than it has bytes, as far as its alignment asks. */
static size_t
tls_offset(const Elf64_Phdr *tls)
{
	return tls ? (tls->p_memsz + tls_align(tls) - 1) & -tls_align(tls) : 0;
}

size_t
thread_block_bytes(void)
{
	const Elf64_Phdr *tls = tls_header();

	return tls_align(tls) - THREAD_BLOCK_ALIGN + tls_offset(tls) + sizeof(struct thread_block);
}

uint64_t
thread_block_init(void *memory)
{
	const Elf64_Phdr *tls = tls_header();
	uintptr_t start = ((uintptr_t)memory + tls_align(tls) - 1) & -tls_align(tls);
	struct thread_block *block = (struct thread_block *)(start + tls_offset(tls));

	memset(memory, 0, thread_block_bytes());
	if (tls) {
		size_t offset = (tls->p_memsz + tls->p_align - 1) & -tls->p_align;
		memcpy((char *)block - offset, (const void *)tls->p_vaddr, tls->p_filesz);
	}
	block->self = block;
	return (uint64_t)block;
}

static void
fs_base_set(uint64_t base)
{
	if (rt_bootinfo && rt_bootinfo->features & BOOT_FEATURE_FSGSBASE)
		__asm__ volatile("wrfsbase %0" : : "r"(base));
	else
		call_thread_fs_base(base);
}

void
rt_start(const struct bootinfo *bootinfo, int argc, char **argv)
{
	void *memory = heap_alloc_aligned(THREAD_BLOCK_ALIGN, thread_block_bytes());

	if (!memory)
		exit(EXIT_FAILURE);
	rt_bootinfo = bootinfo;
	if (!bootinfo)
		rt_environment = (const char *const *)argv + argc + 1;
	fs_base_set(thread_block_init(memory));
	uselocale(LC_GLOBAL_LOCALE);
	exit(main(argc, argv));
}
