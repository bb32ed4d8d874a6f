/* SPDX-License-Identifier: BSD-2-Clause */
/* What the interface gained in versions 4 and 5, likewise. */
void qemu_plugin_read_memory_vaddr(void);
void qemu_plugin_write_memory_vaddr(void);

void
qemu_plugin_read_memory_vaddr(void)
{
}

void
qemu_plugin_write_memory_vaddr(void)
{
}
