/* SPDX-License-Identifier: BSD-2-Clause */
/* Random numbers: the processor's; without, its clock's, stretched, which is not for secrets. */
#include <string.h>
#include "host.h"

#define HAS_RDRAND	(1u << 30)	/* in ecx of leaf 1 */
#define ATTEMPTS	10

static bool
has_rdrand(void)
{
	uint32_t a = 1, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return c & HAS_RDRAND;
}

static uint64_t
random_word(void)
{
	static uint64_t state;
	static signed char processor = -1;
	uint64_t word;
	bool done = false;

	if (processor < 0)
		processor = has_rdrand();
	for (int i = 0; i < ATTEMPTS && processor && !done; i++)
		__asm__ volatile("rdrand %0" : "=r"(word), "=@ccc"(done));
	if (done)
		return word;
	state += __builtin_ia32_rdtsc() | 1;
	word = state * 0x9e3779b97f4a7c15;
	return word ^ word >> 29;
}

void
host_random(void *to, size_t bytes)
{
	char *out = to;

	for (; bytes; bytes -= bytes < 8 ? bytes : 8) {
		uint64_t word = random_word();
		memcpy(out, &word, bytes < 8 ? bytes : 8);
		out += 8;
	}
}
