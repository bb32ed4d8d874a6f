/* SPDX-License-Identifier: BSD-2-Clause */
/* The message is in the registers, and stays there. */
#pragma once

	.macro carry
	.endm
