/* SPDX-License-Identifier: BSD-2-Clause */
/* What the interface gained in version 2, for the mock of a QEMU that has it. */
void qemu_plugin_scoreboard_new(void);

void
qemu_plugin_scoreboard_new(void)
{
}
