/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A QEMU that only plugins can tell from a real one: offers the interface of one version, loads a plugin, and executes six
 * instructions by hand. For versions that the machine's own QEMU does not have.
 *
 *	mock_qemu VERSION PLUGIN [OPTION...]
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_api.h"

#define INSNS		6
#define CALLBACKS	8

struct qemu_plugin_insn {
	uint64_t address;
	size_t size;
	uint8_t bytes[7];
	unsigned n_callbacks;
	qemu_plugin_insn_cb callback[CALLBACKS];
	void *userdata[CALLBACKS];
};

struct qemu_plugin_tb {
	struct qemu_plugin_insn insn[INSNS];
};

static int version;
static qemu_plugin_trans_cb translated;
static qemu_plugin_exit_cb exits;

static struct qemu_plugin_tb block = { {
	{ .address = 0xffffffff80000000, .size = 1, .bytes = { 0x90 } },
	{ .address = 0x1000, .size = 7, .bytes = { 0x0f, 0x1f, 0x80, 1, 0, 0x4e, 0x4a } },
	{ .address = 0x1007, .size = 1, .bytes = { 0x90 } },
	{ .address = 0xffffffff80000001, .size = 1, .bytes = { 0x90 } },
	{ .address = 0xffffffff80000002, .size = 1, .bytes = { 0x90 } },
	{ .address = 0x1008, .size = 7, .bytes = { 0x0f, 0x1f, 0x80, 2, 0, 0x4e, 0x4a } },
} };

void
qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_trans_cb callback, void *userdata)
{
	(void)id, (void)userdata;
	translated = callback;
}

void
qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_exit_cb callback, void *userdata)
{
	(void)id, (void)userdata;
	exits = callback;
}

void
qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, qemu_plugin_insn_cb callback,
				       enum qemu_plugin_cb_flags flags, void *userdata)
{
	(void)flags;
	insn->callback[insn->n_callbacks] = callback;
	insn->userdata[insn->n_callbacks++] = userdata;
}

size_t
qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb)
{
	(void)tb;
	return INSNS;
}

struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index)
{
	return (struct qemu_plugin_insn *)&tb->insn[index];
}

const void *
qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *buffer, size_t size)
{
	if (version < 3)
		return insn->bytes;
	memcpy(buffer, insn->bytes, size < insn->size ? size : insn->size);
	return (const void *)(uintptr_t)insn->size;
}

size_t
qemu_plugin_insn_size(const struct qemu_plugin_insn *insn)
{
	return insn->size;
}

uint64_t
qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn)
{
	return insn->address;
}

static void
block_run(qemu_plugin_id_t id)
{
	if (version < 7)
		((void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *))translated)(id, &block);
	else
		((void (*)(struct qemu_plugin_tb *, void *))translated)(&block, NULL);
	for (struct qemu_plugin_insn *insn = block.insn; insn < block.insn + INSNS; insn++)
		for (unsigned i = 0; i < insn->n_callbacks; i++)
			insn->callback[i](0, insn->userdata[i]);
	exits();
}

int
main(int argc, char **argv)
{
	struct qemu_info info = {
		.target_name = "x86_64", .system_emulation = true, .system = { .smp_vcpus = 1, .max_vcpus = 1 },
	};
	__typeof__(&qemu_plugin_install) install;
	void *plugin = dlopen(argv[2], RTLD_NOW);
	const int *declared;

	if (!plugin) {
		fprintf(stderr, "%s\n", dlerror());
		return EXIT_FAILURE;
	}
	version = atoi(argv[1]);
	info.version.min = version >= 2 ? 2 : 0;
	info.version.cur = version;
	declared = dlsym(plugin, "qemu_plugin_version");
	if (*declared < info.version.min || *declared > info.version.cur) {
		fprintf(stderr, "version %d declared\n", *declared);
		return EXIT_FAILURE;
	}
	install = (__typeof__(install))dlsym(plugin, "qemu_plugin_install");
	if (install(42, &info, argc - 3, argv + 3))
		return EXIT_FAILURE;
	block_run(42);
	return EXIT_SUCCESS;
}
