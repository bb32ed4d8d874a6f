/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the machine was found to be.  Filled by the architecture from the loader's tables, read by core, and handed to the first
 * program as one read-only page at USER_BOOTINFO (<janus/layout.h>).
 */
#pragma once

#include <stdint.h>

#define BOOTINFO_MAGIC		0x004f464e49534e4aull	/* "JNSINFO" */
#define BOOTINFO_VERSION	1
#define BOOTINFO_REGIONS	64
#define BOOTINFO_COMMAND_LINE	512

enum region_kind {
	REGION_RAM = 1,			/* free for frames */
	REGION_BOOT,			/* RAM that is taken already: image, boot archive, frame records, page tables, stacks */
	REGION_RESERVED,		/* firmware's, or broken */
	REGION_ACPI,			/* RAM with ACPI tables */
	REGION_DEVICE,			/* memory-mapped devices that the firmware told of */
};

/*
 * In ascending order, not overlapping, 4 KiB granular: RAM rounded inwards, others outwards.  RAM and BOOT regions have frame
 * records and are in the direct map (the image is not: it has its own mapping); the page at physical address 0 is always
 * RESERVED.
 */
struct boot_region {
	uint64_t base, bytes;
	uint32_t kind;			/* enum region_kind */
	uint32_t reserved;
};

struct boot_framebuffer {
	uint64_t base;			/* 0: none */
	uint32_t width, height, pitch;	/* pitch in bytes */
	uint8_t bits, red, green, blue;	/* bits a pixel; positions of the 8-bit components */
};

struct bootinfo {
	uint64_t magic;
	uint32_t version;
	uint32_t cpus;			/* found; all but the first are parked */
	uint64_t clock_hz;		/* ticks of the time-stamp counter a second */
	uint64_t clock_start;		/* the counter when the kernel began */
	uint64_t ram_bytes;		/* RAM in all: regions RAM and BOOT */
	uint64_t archive_base, archive_bytes;	/* physical: the boot archive */
	uint64_t kernel_base, kernel_bytes;	/* physical: image */
	uint64_t trace_base, trace_bytes;	/* physical: trace ring, see <janus/trace_ring.h>; 0: the kernel has none */
	uint64_t reserved_bytes;	/* taken at boot, archive included: regions BOOT */
	uint64_t acpi_root;		/* physical: the XSDT, or else the RSDT; 0: no ACPI */
	uint64_t hpet_base;		/* 0: none */
	uint64_t local_apic;
	uint32_t ioapics, irq_lines;
	uint32_t colours, regions;
	uint32_t features;		/* BOOT_FEATURE_* in use */
	uint32_t loader;		/* enum boot_loader */
	struct boot_framebuffer framebuffer;
	char command_line[BOOTINFO_COMMAND_LINE];
	struct boot_region region[BOOTINFO_REGIONS];
} __attribute__((aligned(4096)));	/* fills its page */

enum boot_loader { LOADER_PVH = 1, LOADER_MULTIBOOT2 };

#define BOOT_FEATURE_SMEP	(1u << 0)
#define BOOT_FEATURE_SMAP	(1u << 1)
#define BOOT_FEATURE_UMIP	(1u << 2)
#define BOOT_FEATURE_PCID	(1u << 3)
#define BOOT_FEATURE_1G		(1u << 4)
#define BOOT_FEATURE_FSGSBASE	(1u << 5)
#define BOOT_FEATURE_XSAVE	(1u << 6)
#define BOOT_FEATURE_PTI	(1u << 7)
#define BOOT_FEATURE_INVPCID	(1u << 8)

/* How the machine ends: written to the debug-exit port as 0x10 + code. */
enum exit_code {
	EXIT_SUCCESS_CODE = 0,
	EXIT_FAILURE_CODE = 1,		/* the first program failed */
	EXIT_PANIC = 2,			/* kernel bug */
	EXIT_BOOT = 3,			/* what the machine or the archive gave is not usable */
};
