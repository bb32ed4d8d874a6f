/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A QEMU TCG plugin that counts the instructions a guest executes, in user code and in the kernel apart, within phases
 * that the guest marks (<janus/marker.h>), and finds the longest stretch that the kernel runs with interrupts off.
 *
 *	-plugin count.so,out=FILE[,entry=ADDRESS][,irqoff=on][,trace=on][,image=PROGRAM]
 *
 * FILE gets a line for each phase when it ends, and the rest when QEMU exits:
 *
 *	phase 1 user 12 kernel 34	a phase that began and ended; numbers count beginnings, so that one which
 *					never ends leaves a gap; with image= followed by "image 5": those of the
 *					12 that were fetched from the program in that file
 *	insn 1 0x..			the address of each instruction within phase 1, in order (trace=on)
 *	firmware 123			instructions before the kernel's first
 *	boot 456			from the kernel's first to the first in user code, which is not counted
 *	total user 78 kernel 90		from the first in user code to the end
 *	irqoff 77 begin 0x.. end 0x..	the longest stretch and its first and last instruction (irqoff=on); self-checks,
 *					which the kernel marks, are left out
 *
 * Privilege. An instruction in the upper half of the address space is the kernel's, one in the lower half the user's. The
 * plugin interface of QEMU 7.2 shows no registers, so the level itself cannot be read; every kernel measured here (and
 * Linux, but for its legacy vsyscall page) keeps to this split as soon as user code can run. Before that it does not hold:
 * firmware and a kernel's first instructions run in the lower half. So each CPU passes through stages: firmware until the
 * instruction at ADDRESS (the kernel's entry; without it, the first instruction in the upper half); booting until the first
 * instruction in the lower half after one in the upper half; running from then on.
 *
 * Exactness. Each instruction has a callback of its own, for a block may be left in the middle. It is called when the
 * instruction begins: one that faults and is restarted counts twice, where the counter of icount counts it once. A
 * repeated string instruction counts once an iteration and once more to find that it is done, as under icount.
 *
 * Speed. A callback costs several times what the instruction does. On a machine with one CPU, where nothing needs more than
 * counts, and with a QEMU that can, the counts are additions within the translated code; callbacks are left to markers and,
 * before user code runs, to the first instruction of a block, since both ways between the halves end one.
 *
 * A program's own. Servers and libraries of systems lie at the addresses at which programs lie, so a block counts for the program
 * in the file when the file has the same bytes at the same address, all of them.
 *
 * The state has no locks: give the machine one CPU thread, as icount does.
 */
#include "image.h"
#include "insn.h"
#include "qemu_api.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <janus/marker.h>

enum stage {
	STAGE_FIRMWARE,
	STAGE_BOOT_LOW,		/* past the kernel's entry, still in the lower half */
	STAGE_BOOT_HIGH,
	STAGE_RUNNING,
};

struct counts {
	uint64_t user, kernel;
	uint64_t image;			/* of user: fetched from the program in the file image= */
};

/* A run of kernel instructions that no interrupt can break; begin and end are its first and last instruction. */
struct stretch {
	uint64_t length, begin, end;
};

struct vcpu {
	enum stage stage;
	struct counts counts;		/* since power-on, by half */
	struct counts at_entry;		/* the same when the kernel was entered */
	struct counts at_running;	/* and at the first instruction in user code */
	struct stretch stretch, longest;
	bool checking;			/* in a self-check of the kernel, which belongs to no stretch */
};

static struct {
	FILE *out;
	uint64_t entry;
	bool irqoff, trace, image;
	bool adding;			/* counts are additions in the code, not callbacks */
	unsigned n_vcpus;
	struct vcpu *vcpus;
} plugin;

static struct {
	unsigned number;
	bool open;
	struct counts begin;
} phase;

int qemu_plugin_version;

/*
 * QEMU accepts versions from the oldest that it is compatible with up to its own. Each step here is the first version with
 * the named call, so that the number is one that this QEMU knows, and as high as can be told.
 */
static __attribute__((constructor)) void
plugin_version_choose(void)
{
	qemu_plugin_version = 1;
	if (qemu_plugin_scoreboard_new)
		qemu_plugin_version = 2;
	if (qemu_plugin_read_memory_vaddr)
		qemu_plugin_version = 4;
	if (qemu_plugin_write_memory_vaddr)
		qemu_plugin_version = 5;
}

static struct counts
counts_sub(struct counts a, struct counts b)
{
	return (struct counts){ a.user - b.user, a.kernel - b.kernel, a.image - b.image };
}

static struct counts
counts_all_vcpus(void)
{
	struct counts sum = { 0, 0, 0 };

	for (unsigned i = 0; i < plugin.n_vcpus; i++) {
		sum.user += plugin.vcpus[i].counts.user;
		sum.kernel += plugin.vcpus[i].counts.kernel;
		sum.image += plugin.vcpus[i].counts.image;
	}
	return sum;
}

static void
stretch_extend(struct vcpu *vcpu, uint64_t address)
{
	if (vcpu->stretch.length++ == 0)
		vcpu->stretch.begin = address;
	vcpu->stretch.end = address;
}

/* Booting is one long stretch by design and has a row of its own: it is not recorded. */
static void
stretch_end(struct vcpu *vcpu)
{
	if (vcpu->stage == STAGE_RUNNING && vcpu->stretch.length > vcpu->longest.length)
		vcpu->longest = vcpu->stretch;
	vcpu->stretch.length = 0;
}

static void
trace(const void *address)
{
	if (phase.open)
		fprintf(plugin.out, "insn %u %p\n", phase.number, address);
}

static void
kernel_entered(struct vcpu *vcpu)
{
	if (vcpu->stage != STAGE_FIRMWARE)
		return;
	vcpu->at_entry = vcpu->counts;
	vcpu->stage = STAGE_BOOT_LOW;
}

static void
on_entry(unsigned index, void *address)
{
	(void)address;
	kernel_entered(&plugin.vcpus[index]);
}

static void
on_half_kernel(unsigned index, void *address)
{
	struct vcpu *vcpu = &plugin.vcpus[index];

	(void)address;
	if (vcpu->stage < STAGE_BOOT_HIGH) {
		kernel_entered(vcpu);
		vcpu->stage = STAGE_BOOT_HIGH;
	}
}

static void
on_half_user(unsigned index, void *address)
{
	struct vcpu *vcpu = &plugin.vcpus[index];

	(void)address;
	if (vcpu->stage == STAGE_BOOT_HIGH) {
		vcpu->at_running = vcpu->counts;
		vcpu->stage = STAGE_RUNNING;
	}
}

static void
on_kernel(unsigned index, void *address)
{
	struct vcpu *vcpu = &plugin.vcpus[index];

	on_half_kernel(index, address);
	if (plugin.irqoff && !vcpu->checking)
		stretch_extend(vcpu, (uintptr_t)address);
	if (plugin.trace)
		trace(address);
	vcpu->counts.kernel++;
}

static void
on_user(unsigned index, void *address)
{
	struct vcpu *vcpu = &plugin.vcpus[index];

	if (vcpu->stretch.length)
		stretch_end(vcpu);
	on_half_user(index, address);
	if (plugin.trace)
		trace(address);
	vcpu->counts.user++;
}

static void
on_image(unsigned index, void *address)
{
	on_user(index, address);
	plugin.vcpus[index].counts.image++;
}

static void
on_interrupts_on(unsigned index, void *address)
{
	(void)address;
	stretch_end(&plugin.vcpus[index]);
}

static void
on_check_begin(unsigned index, void *address)
{
	(void)address;
	plugin.vcpus[index].checking = true;
}

static void
on_check_end(unsigned index, void *address)
{
	(void)address;
	plugin.vcpus[index].checking = false;
}

static void
on_phase_begin(unsigned index, void *address)
{
	(void)index, (void)address;
	phase.number++;
	phase.open = true;
	phase.begin = counts_all_vcpus();
}

static void
on_phase_end(unsigned index, void *address)
{
	struct counts counts = counts_sub(counts_all_vcpus(), phase.begin);

	(void)index, (void)address;
	if (!phase.open)
		return;
	phase.open = false;
	fprintf(plugin.out, "phase %u user %" PRIu64 " kernel %" PRIu64, phase.number, counts.user, counts.kernel);
	if (plugin.image)
		fprintf(plugin.out, " image %" PRIu64, counts.image);
	fputc('\n', plugin.out);
}

static void
on_exit_print_boot(const struct vcpu *vcpu)
{
	struct counts boot = counts_sub(vcpu->at_running, vcpu->at_entry);

	if (vcpu->stage > STAGE_FIRMWARE)
		fprintf(plugin.out, "firmware %" PRIu64 "\n", vcpu->at_entry.user);
	if (vcpu->stage == STAGE_RUNNING)
		fprintf(plugin.out, "boot %" PRIu64 "\n", boot.user + boot.kernel);
}

static void
on_exit_print_totals(void)
{
	struct counts sum = { 0, 0, 0 };
	struct stretch longest = { 0, 0, 0 };

	for (struct vcpu *vcpu = plugin.vcpus; vcpu < plugin.vcpus + plugin.n_vcpus; vcpu++) {
		struct counts counts = counts_sub(vcpu->counts, vcpu->at_running);

		stretch_end(vcpu);
		if (vcpu->longest.length > longest.length)
			longest = vcpu->longest;
		if (vcpu->stage != STAGE_RUNNING)
			continue;
		sum.user += counts.user;
		sum.kernel += counts.kernel;
	}
	fprintf(plugin.out, "total user %" PRIu64 " kernel %" PRIu64 "\n", sum.user, sum.kernel);
	if (plugin.irqoff)
		fprintf(plugin.out, "irqoff %" PRIu64 " begin 0x%" PRIx64 " end 0x%" PRIx64 "\n",
			longest.length, longest.begin, longest.end);
}

/* The first vCPU boots the machine; the others never run firmware of their own that a figure is wanted of. */
static void
on_exit_print(void)
{
	on_exit_print_boot(&plugin.vcpus[0]);
	on_exit_print_totals();
	fclose(plugin.out);
}

static void
insn_call(struct qemu_plugin_insn *insn, qemu_plugin_insn_cb callback)
{
	qemu_plugin_register_vcpu_insn_exec_cb(insn, callback, QEMU_PLUGIN_CB_NO_REGS,
					       (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn));
}

static bool
insn_is_of_image(const struct qemu_plugin_insn *insn)
{
	size_t size = qemu_plugin_insn_size(insn);
	uint8_t bytes[INSN_MAX];

	if (size > sizeof(bytes))
		return false;
	insn_bytes(insn, bytes, size);
	return image_has(qemu_plugin_insn_vaddr(insn), bytes, size);
}

static bool
block_is_of_image(const struct qemu_plugin_tb *tb)
{
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++)
		if (!insn_is_of_image(qemu_plugin_tb_get_insn(tb, i)))
			return false;
	return true;
}

static void
insn_add(struct qemu_plugin_insn *insn, uint64_t *count)
{
	qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, count, 1);
}

static void
insn_counted_inline(struct qemu_plugin_insn *insn, bool kernel, bool first, bool image)
{
	struct counts *counts = &plugin.vcpus->counts;

	if (first && plugin.vcpus->stage != STAGE_RUNNING)
		insn_call(insn, kernel ? on_half_kernel : on_half_user);
	insn_add(insn, kernel ? &counts->kernel : &counts->user);
	if (image && !kernel)
		insn_add(insn, &counts->image);
}

static void
insn_counted(struct qemu_plugin_insn *insn, bool kernel, bool first, bool image)
{
	if (plugin.adding && insn_marker(insn) < 0)
		insn_counted_inline(insn, kernel, first, image);
	else if (kernel)
		insn_call(insn, on_kernel);
	else
		insn_call(insn, image ? on_image : on_user);
}

/* Callbacks run in the order of their registration, additions after all of them: a marker is counted by a callback, on the outer side of its phase. */
static void
insn_translated(struct qemu_plugin_insn *insn, const struct qemu_plugin_insn *before, bool image)
{
	uint64_t address = qemu_plugin_insn_vaddr(insn);
	bool kernel = address >> 63;
	int marker = insn_marker(insn);

	if (plugin.entry && address == plugin.entry)
		insn_call(insn, on_entry);
	if (marker == MARKER_PHASE_END)
		insn_call(insn, on_phase_end);
	insn_counted(insn, kernel, !before, image);
	if (marker == MARKER_PHASE_BEGIN)
		insn_call(insn, on_phase_begin);
	if (kernel && marker == MARKER_CHECK_BEGIN)
		insn_call(insn, on_check_begin);
	if (kernel && marker == MARKER_CHECK_END)
		insn_call(insn, on_check_end);
	if (plugin.irqoff && kernel && (insn_turns_interrupts_on(insn, before) || marker == MARKER_LOOK))
		insn_call(insn, on_interrupts_on);
}

static void
block_translated(const struct qemu_plugin_tb *tb)
{
	bool image = block_is_of_image(tb);
	struct qemu_plugin_insn *insn, *before = NULL;

	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++, before = insn) {
		insn = qemu_plugin_tb_get_insn(tb, i);
		insn_translated(insn, before, image);
	}
}

static void
on_translation(qemu_plugin_id_t id, const struct qemu_plugin_tb *tb)
{
	(void)id;
	block_translated(tb);
}

static void
on_translation_api7(const struct qemu_plugin_tb *tb, void *userdata)
{
	(void)userdata;
	block_translated(tb);
}

static int
option_bad(const char *option, const char *why)
{
	fprintf(stderr, "count: %s: %s\n", option, why);
	return -1;
}

static int
option_entry(const char *value)
{
	char *end;

	plugin.entry = strtoull(value, &end, 0);
	return *value && !*end ? 0 : option_bad(value, "entry= takes an address");
}

static int
option_out(const char *value)
{
	plugin.out = fopen(value, "w");
	if (!plugin.out)
		return option_bad(value, "cannot be written");
	setvbuf(plugin.out, NULL, _IOLBF, BUFSIZ);	/* a killed QEMU leaves the phases so far */
	return 0;
}

static int
option_image(const char *value)
{
	plugin.image = image_read(value);
	return plugin.image ? 0 : option_bad(value, "image= takes a static program");
}

static int
option_switch(const char *value, bool *on)
{
	*on = !strcmp(value, "on");
	return *on || !strcmp(value, "off") ? 0 : option_bad(value, "irqoff= and trace= take on or off");
}

static int
option_parse(const char *option)
{
	if (!strncmp(option, "out=", 4) && !plugin.out)
		return option_out(option + 4);
	if (!strncmp(option, "entry=", 6))
		return option_entry(option + 6);
	if (!strncmp(option, "image=", 6) && !plugin.image)
		return option_image(option + 6);
	if (!strncmp(option, "irqoff=", 7))
		return option_switch(option + 7, &plugin.irqoff);
	if (!strncmp(option, "trace=", 6))
		return option_switch(option + 6, &plugin.trace);
	return option_bad(option, "the options are out=FILE, image=PROGRAM (each once), entry=ADDRESS, irqoff=on|off and trace=on|off");
}

int
qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (option_parse(argv[i]))
			return -1;
	if (!plugin.out)
		return option_bad("out=FILE", "missing");
	if (!info->system_emulation || strcmp(info->target_name, "x86_64"))
		return option_bad(info->target_name, "only qemu-system-x86_64 can be counted");
	insn_api = info->version.cur;
	plugin.n_vcpus = info->system.max_vcpus;
	plugin.adding = insn_api == 1 && plugin.n_vcpus == 1 && !plugin.irqoff && !plugin.trace && qemu_plugin_register_vcpu_insn_exec_inline;
	plugin.vcpus = calloc(plugin.n_vcpus, sizeof(*plugin.vcpus));
	if (!plugin.vcpus)
		return option_bad("vcpus", "no memory");
	qemu_plugin_register_vcpu_tb_trans_cb(id, insn_api < 7 ? (qemu_plugin_trans_cb)on_translation
								 : (qemu_plugin_trans_cb)on_translation_api7, NULL);
	qemu_plugin_register_atexit_cb(id, on_exit_print, NULL);
	return 0;
}
