/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of the kernel.  paddr_t and vaddr_t are plain 64-bit words; sizes are in bytes unless named otherwise. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <janus/status.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef u64 paddr_t;
typedef u64 vaddr_t;

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1ul << PAGE_SHIFT)
#define PAGE_MASK	(PAGE_SIZE - 1)

/* Sizes of a mapping or frame, as log2 of 4 KiB pages. */
enum order { ORDER_4K = 0, ORDER_2M = 9, ORDER_1G = 18 };

static inline u64
order_bytes(unsigned order)
{
	return PAGE_SIZE << order;
}

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define container_of(p, type, member) \
	((type *)((char *)(p) - offsetof(type, member)))
#define ALWAYS_INLINE	inline __attribute__((always_inline))
#define NEVER_INLINE	__attribute__((noinline))
#define NONNULL		__attribute__((nonnull))	/* no argument may be NULL, and none is tested for it */
#define NORETURN		__attribute__((noreturn))
#define PRINTF_LIKE(f, a)	__attribute__((format(printf, f, a)))
