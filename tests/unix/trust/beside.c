/* SPDX-License-Identifier: BSD-2-Clause */
/* A native environment beside domains: what it costs to bind a page, write to it and unbind it is the same always but where its slice ended. */
#include <stdio.h>
#include <stdlib.h>
#include <exo/frames.h>
#include <exo/pool.h>
#include <exo/stubs.h>
#include <janus/kinds.h>

#define AT	0x200000000ul
#define TIMES	10000		/* of a round */

static struct page_token page;

static uint64_t
once(void)
{
	uint64_t start = __builtin_ia32_rdtsc();

	if (call_bind(AT, page.payload, page.mac, RIGHT_READ | RIGHT_WRITE))
		return 0;
	*(volatile uint64_t *)AT = start;
	if (*(volatile uint64_t *)AT != start || call_unbind(AT, 1))
		return 0;
	return __builtin_ia32_rdtsc() - start;
}

/* As many rounds as its argument says; 0: for ever. */
int
main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 0;

	if (page_alloc(FRAME_ANY, 0, &page) || !once())
		return 1;
	uint64_t usual = once();
	for (unsigned round = 1; !rounds || round <= rounds; round++) {
		unsigned same = 0;
		for (unsigned i = 0; i < TIMES; i++)
			same += once() == usual;
		printf("beside: %lu instructions%s\n", usual, same > TIMES * 9 / 10 ? "" : ", most times not");
	}
	return 0;
}
