/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's start, in order.  arch_boot has filled bootinfo and made the final page tables. */
#include <janus/archive.h>
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/cpu.h"
#include "core/frame.h"
#include "core/log.h"
#include "core/main.h"
#include "core/personality.h"
#include "core/seal.h"
#include "trace.h"

/* The boot archive's file `key', for machines without random numbers. */
static void
seal_start(void)
{
	struct archive archive;
	struct archive_file key;

	archive_open(&archive, arch_direct(bootinfo.archive_base), bootinfo.archive_bytes);
	if (archive_find(&archive, "key", &key) == OK)
		seal_init_from(key.data, key.bytes);
	else
		seal_init_from(NULL, 0);
}

void
kmain(void)
{
	arch_cpu_init();				/* traps, protection: from here on a bug ends in a panic that says where */
	log_line("%lu MiB of RAM, %u CPU%s", bootinfo.ram_bytes >> 20, bootinfo.cpus, bootinfo.cpus == 1 ? "" : "s");
	options_check();				/* the command line's words all exist */
	check_init();					/* what the self-checks are told */
	trace_init();					/* the ring takes its RAM */
	frame_init(option_value("colours", 1));		/* a record for each page */
	seal_start();					/* the key of sealed tokens */
	arch_init();					/* interrupt controllers, timer */
	personality_init();
	thread_switch(personality_first_thread());	/* the manifest's first program */
	arch_enter_user();				/* by the way out of every trap */
}
