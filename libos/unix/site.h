/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Call sites that can be rewritten: five bytes `mov $number, %eax' and two bytes `syscall' behind them.
 *
 *     b8 nn nn 00 00   0f 05          e9 dd dd dd dd   0f 05
 *     mov $n, %eax     syscall   ──►  jmp stub         syscall
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define SITE_MOV	5		/* bytes */
#define SITE_BYTES	7
#define SITE_BEFORE	5		/* bytes before it that are looked at, too */

/*
 * Whether the bytes before an executed `syscall', whose number was RAX, are that mov and not the end of a longer instruction.  CODE: SITE_BEFORE bytes, then the site's.
 * Where it cannot be told the answer is no.
 */
bool site_fits(const uint8_t code[SITE_BEFORE + SITE_BYTES], uint64_t rax);
