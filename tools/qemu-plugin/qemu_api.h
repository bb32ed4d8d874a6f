/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of QEMU's TCG plugin interface that the plugin uses. Distributions package no header for it, so it is declared
 * here. Only calls that every version of the interface has are used; where their form changed, the declaration fits all:
 *
 *   1   QEMU 7.2
 *   2   inline additions take a scoreboard: from here on, instructions are counted in callbacks alone
 *   3   qemu_plugin_insn_data copies into a buffer, before it returned a pointer. The longer call is declared; on x86-64
 *       and AArch64 hosts an older QEMU does not look at the further arguments.
 *   7   the translation callback is passed (block, userdata), before (plugin id, block); registering it takes userdata
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLUGIN_EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;

struct qemu_info {
	const char *target_name;
	struct {
		int min, cur;
	} version;
	bool system_emulation;
	struct {
		int smp_vcpus, max_vcpus;
	} system;
};

struct qemu_plugin_tb;
struct qemu_plugin_insn;

enum qemu_plugin_cb_flags {
	QEMU_PLUGIN_CB_NO_REGS,
};

enum qemu_plugin_op {
	QEMU_PLUGIN_INLINE_ADD_U64,
};

typedef void (*qemu_plugin_exit_cb)(void);
typedef void (*qemu_plugin_trans_cb)(void);
typedef void (*qemu_plugin_insn_cb)(unsigned vcpu, void *userdata);

/* Chosen when QEMU loads the plugin: see plugin_version_choose. */
extern PLUGIN_EXPORT int qemu_plugin_version;
PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_trans_cb callback, void *userdata);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, qemu_plugin_insn_cb callback,
					    enum qemu_plugin_cb_flags flags, void *userdata);
extern __attribute__((weak)) void
qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, enum qemu_plugin_op op, void *counter, uint64_t addend);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_exit_cb callback, void *userdata);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *buffer, size_t size);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

/* Never called: whether the running QEMU has them tells the version of its interface. */
extern __attribute__((weak)) void qemu_plugin_scoreboard_new(void);
extern __attribute__((weak)) void qemu_plugin_read_memory_vaddr(void);
extern __attribute__((weak)) void qemu_plugin_write_memory_vaddr(void);
