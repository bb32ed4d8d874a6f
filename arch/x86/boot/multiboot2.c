/* SPDX-License-Identifier: BSD-2-Clause */
/* What a Multiboot2 loader (GRUB, on BIOS and UEFI) leaves: a list of tags, at the address in ebx. */
#include "arch/x86/boot/boot.h"
#include "core/bootinfo.h"
#include "core/panic.h"

#define INFO_LIMIT	(1u << 20)	/* more than any loader needs */

enum tag_type {
	TAG_END = 0,
	TAG_COMMAND_LINE = 1,
	TAG_MODULE = 3,
	TAG_MEMORY = 6,
	TAG_FRAMEBUFFER = 8,
	TAG_ACPI_OLD = 14,
	TAG_ACPI_NEW = 15,
	TAG_EFI_MEMORY = 17,
};

struct tag {
	u32 type;
	u32 bytes;
} __attribute__((packed));

struct tag_module {
	struct tag tag;
	u32 base, end;
} __attribute__((packed));

/* Both memory maps: a list of entries, of which the head says how large they are. */
struct tag_memory {
	struct tag tag;
	u32 entry_bytes;
	u32 version;
} __attribute__((packed));

struct memory_entry {
	u64 base, bytes;
	u32 kind;
	u32 reserved;
} __attribute__((packed));

struct efi_entry {
	u32 type;
	u32 pad;
	u64 base, virtual, pages, attribute;
} __attribute__((packed));

struct tag_framebuffer {
	struct tag tag;
	u64 base;
	u32 pitch, width, height;
	u8 bits;
	u8 type;			/* 1: RGB */
	u16 reserved;
	struct {
		u8 position, bits;
	} red, green, blue;
} __attribute__((packed));

/* The information block, once its size is known to be within reach. */
struct info {
	const u8 *start;
	u32 bytes;
};

/* The next tag from *AT on, wholly inside the block; NULL at the end. */
static const struct tag *
tag_next(const struct info *info, u32 *at)
{
	const struct tag *t = (const void *)(info->start + *at);

	if (info->bytes - *at < sizeof(*t) || t->bytes < sizeof(*t) || t->bytes > info->bytes - *at)
		boot_refuse("the Multiboot2 information is broken at byte %u of %u", *at, info->bytes);
	if (t->type == TAG_END)
		return NULL;
	*at += (t->bytes + 7) & ~7u;
	if (*at > info->bytes)
		*at = info->bytes;
	return t;
}

/* The first tag of TYPE with at least BYTES bytes; NULL when there is none. */
static const void *
tag_find(const struct info *info, enum tag_type type, u32 bytes)
{
	const struct tag *t;
	u32 at = 8;

	while ((t = tag_next(info, &at)))
		if (t->type == type && t->bytes >= bytes)
			return t;
	return NULL;
}

static u32
entry_count(const struct tag_memory *t, size_t entry)
{
	if (t->entry_bytes < entry)
		boot_refuse("the Multiboot2 memory map has entries of %u bytes, at least %zu are needed", t->entry_bytes, entry);
	return (t->tag.bytes - sizeof(*t)) / t->entry_bytes;
}

static void
read_memory(const struct tag_memory *t)
{
	const u8 *p = (const u8 *)(t + 1);

	for (u32 i = 0; i < entry_count(t, sizeof(struct memory_entry)); i++, p += t->entry_bytes) {
		const struct memory_entry *m = (const void *)p;

		memmap_add(m->base, m->bytes, loader_region_kind(m->kind));
	}
}

static enum region_kind
efi_kind(u32 type)
{
	enum { LOADER_CODE = 1, BOOT_DATA = 4, CONVENTIONAL = 7, ACPI_RECLAIM = 9, IO = 11, IO_PORTS = 12 };

	if ((type >= LOADER_CODE && type <= BOOT_DATA) || type == CONVENTIONAL)
		return REGION_RAM;
	if (type == ACPI_RECLAIM)
		return REGION_ACPI;
	return type == IO || type == IO_PORTS ? REGION_DEVICE : REGION_RESERVED;
}

static void
read_efi_memory(const struct tag_memory *t)
{
	const u8 *p = (const u8 *)(t + 1);

	for (u32 i = 0; i < entry_count(t, sizeof(struct efi_entry)); i++, p += t->entry_bytes) {
		const struct efi_entry *m = (const void *)p;

		memmap_add(m->base, m->pages > ~0ul >> PAGE_SHIFT ? ~0ul : m->pages << PAGE_SHIFT, efi_kind(m->type));
	}
}

/* UEFI's own map tells more than the loader's digest of it: what the firmware keeps using. */
static void
read_memory_map(const struct info *info)
{
	const struct tag_memory *efi = tag_find(info, TAG_EFI_MEMORY, sizeof(*efi));
	const struct tag_memory *bios = tag_find(info, TAG_MEMORY, sizeof(*bios));

	if (efi)
		read_efi_memory(efi);
	else if (bios)
		read_memory(bios);
	else
		boot_refuse("the Multiboot2 loader gives no memory map");
}

static void
read_archive(const struct info *info)
{
	const struct tag_module *t = tag_find(info, TAG_MODULE, sizeof(*t));

	if (!t)
		return;
	if (t->end < t->base)
		boot_refuse("the boot archive ends at 0x%x, before it begins at 0x%x", t->end, t->base);
	bootinfo.archive_base = t->base;
	bootinfo.archive_bytes = t->end - t->base;
}

static void
read_framebuffer(const struct info *info)
{
	const struct tag_framebuffer *t = tag_find(info, TAG_FRAMEBUFFER, sizeof(*t));

	if (!t || t->type != 1 || t->red.bits != 8 || t->green.bits != 8 || t->blue.bits != 8)
		return;
	bootinfo.framebuffer = (struct boot_framebuffer){
		.base = t->base, .width = t->width, .height = t->height, .pitch = t->pitch, .bits = t->bits,
		.red = t->red.position, .green = t->green.position, .blue = t->blue.position,
	};
}

/* The tag holds a copy of the root pointer: of the second version when there is one. */
static paddr_t
find_rsdp(const struct info *info, paddr_t base)
{
	const struct tag *t = tag_find(info, TAG_ACPI_NEW, sizeof(*t));

	if (!t)
		t = tag_find(info, TAG_ACPI_OLD, sizeof(*t));
	return t ? base + ((const u8 *)(t + 1) - info->start) : 0;
}

/*
 * GRUB, which alone is asked to load this kernel, puts a backslash before quotes and backslashes of the command line, so that words could be
 * told apart; here blanks do that.
 */
static void
command_line_unescape(char *to)
{
	for (const char *from = to; *from; *to++ = *from++)
		if (*from == '\\' && (from[1] == '\\' || from[1] == '"' || from[1] == '\''))
			from++;
	*to = '\0';
}

paddr_t
loader_multiboot2(paddr_t base)
{
	const u32 *head = boot_window(base, 8);
	struct info info = { NULL, head ? *head : 0 };
	const struct tag *line;

	if (info.bytes >= 16 && info.bytes <= INFO_LIMIT)
		info.start = boot_window(base, info.bytes);
	if (!info.start)
		boot_refuse("the Multiboot2 information at 0x%lx, %u bytes, is out of reach", base, info.bytes);
	bootinfo.loader = LOADER_MULTIBOOT2;
	read_memory_map(&info);
	read_archive(&info);
	read_framebuffer(&info);
	line = tag_find(&info, TAG_COMMAND_LINE, sizeof(*line));
	if (line)
		loader_command_line(base + ((const u8 *)(line + 1) - info.start), line->bytes - sizeof(*line));
	command_line_unescape(bootinfo.command_line);
	return find_rsdp(&info, base);
}
