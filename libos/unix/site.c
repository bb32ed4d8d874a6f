/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which sites can be rewritten: site.h.
 *
 * Instructions cannot be read backwards.  But the last one ended where the `syscall' begins, the number that it would load is the one that the call had, and numbers are small:
 * so its last four bytes are nn 0n 00 00.  What else than the mov ends so, byte b8 before, is
 *
 *     a register by prefix          [41] b8 imm32                          mov $n, %r8d
 *     the end of a 64-bit constant  [48 bf .. .. ..] b8 nn 0n 00 00        movabs
 *     an 8-bit offset, a constant   [c7 45] b8 imm32, [c7 44 24] b8 imm32  movl $n, -0x48(%rbp)
 *     an operand with an offset     [49 8b] b8 disp32, [49 8b 94] b8 ...   mov n(%r8), %rdi; its base is r8, since as rax it would be the number
 *
 * and each of them is told by the bytes in brackets.
 */
#include "site.h"

#define MOV_EAX		0xb8

static bool is_rex(uint8_t byte) { return (byte & 0xf0) == 0x40; }
static bool is_rex_base(uint8_t byte) { return (byte & 0xf1) == 0x41; }		/* r8 to r15 as the base */

/* An opcode with an operand in memory and a constant of 32 bits. */
static bool
takes_constant(uint8_t opcode)
{
	return opcode == 0xc7 || opcode == 0x81 || opcode == 0x69 || opcode == 0xf7;
}

/* AT is where the b8 is, as in the functions below. */
static bool
is_short_offset(const uint8_t *at)
{
	bool plain = (at[-1] & 0xc0) == 0x40 && (at[-1] & 7) != 4, scaled = (at[-2] & 0xc7) == 0x44;

	return (plain && takes_constant(at[-2])) || (scaled && takes_constant(at[-3]));
}

static bool
is_operand(const uint8_t *at)
{
	bool plain = is_rex_base(at[-2]) || (at[-2] == 0x0f && is_rex_base(at[-3]));
	bool scaled = is_rex_base(at[-3]) || (at[-3] == 0x0f && is_rex_base(at[-4]));

	return plain || ((at[-1] & 0xc7) == 0x84 && scaled);
}

static bool
is_long_constant(const uint8_t *at)
{
	return (at[-4] & 0xf8) == MOV_EAX && (at[-5] & 0xf8) == 0x48;
}

bool
site_fits(const uint8_t code[SITE_BEFORE + SITE_BYTES], uint64_t rax)
{
	const uint8_t *at = code + SITE_BEFORE;
	uint32_t number = at[1] | at[2] << 8 | at[3] << 16 | (uint32_t)at[4] << 24;

	if (at[0] != MOV_EAX || number != rax || at[5] != 0x0f || at[6] != 0x05)
		return false;
	return !is_rex(at[-1]) && !is_short_offset(at) && !is_operand(at) && !is_long_constant(at);
}
