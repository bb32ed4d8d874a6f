/* SPDX-License-Identifier: BSD-2-Clause */
#include "insn.h"

#include <string.h>

#include <janus/marker.h>

int insn_api;

void
insn_bytes(const struct qemu_plugin_insn *insn, uint8_t *bytes, size_t size)
{
	const void *data = qemu_plugin_insn_data(insn, bytes, size);

	if (insn_api < 3)
		memcpy(bytes, data, size);
}

int
insn_marker(const struct qemu_plugin_insn *insn)
{
	uint8_t bytes[7];
	uint32_t value;

	if (qemu_plugin_insn_size(insn) != sizeof(bytes))
		return -1;
	insn_bytes(insn, bytes, sizeof(bytes));
	if (bytes[0] != 0x0f || bytes[1] != 0x1f || bytes[2] != 0x80)
		return -1;
	value = bytes[3] | bytes[4] << 8 | bytes[5] << 16 | (uint32_t)bytes[6] << 24;
	return (value & 0xffff0000) == MARKER_BASE ? (int)(value & 0xffff) : -1;
}

static bool
insn_is(const struct qemu_plugin_insn *insn, const char *opcode, size_t size)
{
	uint8_t bytes[INSN_MAX];

	if (!insn || qemu_plugin_insn_size(insn) != size)
		return false;
	insn_bytes(insn, bytes, size);
	return !memcmp(bytes, opcode, size);
}

bool
insn_turns_interrupts_on(const struct qemu_plugin_insn *insn, const struct qemu_plugin_insn *before)
{
	return insn_is(insn, "\xfb", 1) || insn_is(insn, "\xf4", 1) || insn_is(insn, "\x48\x0f\x07", 3) ||
	       (insn_is(insn, "\x48\xcf", 2) && insn_is(before, "\x0f\x01\xf8", 3));
}
