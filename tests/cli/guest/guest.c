/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A stand-in for a kernel, so that the tests of ./janus need none: it boots as
 * a Janus kernel does, keeps the agreement on verdicts, and does what one word
 * of its command line says.  guest_main() has the list.
 */
#include <stdbool.h>
#include <stdint.h>

#define MULTIBOOT2_MAGIC 0x36d76289
#define MODULE_LIMIT     8

struct module {
	const char *start, *end;
};

struct pvh_start {
	uint32_t magic, version, flags, modules;
	uint64_t module_list, command_line;
};

struct pvh_module {
	uint64_t start, size, command_line, reserved;
};

struct multiboot_tag {
	uint32_t type, size;
	uint32_t start, end;
};

struct elf_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, segments, sections;
	uint32_t flags;
	uint16_t size, segment_size, segment_count;
};

struct elf_segment {
	uint32_t type, flags;
	uint64_t offset, address, physical, file_size, memory_size, align;
};

void enter_user(uint64_t entry, uint64_t stack);

static char user_stack[4096] __attribute__((aligned(16)));

static void
out(uint16_t port, uint8_t value)
{
	asm volatile("outb %0, %1" : : "a"(value), "d"(port));
}

static uint8_t
in(uint16_t port)
{
	uint8_t value;

	asm volatile("inb %1, %0" : "=a"(value) : "d"(port));
	return value;
}

static void
put(char byte)
{
	while (!(in(0x3fd) & 0x20))
		continue;
	out(0x3f8, byte);
}

static void
print(const char *text)
{
	for (; *text; text++)
		put(*text);
}

static bool
begins(const char *text, const char *word)
{
	while (*word && *text == *word) {
		text++;
		word++;
	}
	return !*word;
}

/* What follows `word` in `line`, or 0 where it does not occur. */
static const char *
after(const char *line, const char *word)
{
	int length = 0;

	while (word[length])
		length++;
	for (; *line; line++)
		if (begins(line, word))
			return line + length;
	return 0;
}

static void __attribute__((noreturn))
finish(char digit)
{
	print("janus: exit ");
	put(digit);
	print("\n");
	out(0xf4, 0x10 + digit - '0');
	for (;;)
		asm volatile("hlt");
}

static volatile bool for_ever = true;

static void __attribute__((noinline))
spin(void)
{
	while (for_ever)
		asm volatile("pause");
}

static void __attribute__((noinline))
hang(void)
{
	spin();
	asm volatile("");
}

static void __attribute__((noinline))
fault_thrice(void)
{
	asm volatile("lidt %0\n\tud2" : : "m"((const char[10]){0}));
}

static void
echo(void)
{
	uint8_t byte;

	do {
		while (!(in(0x3fd) & 1))
			continue;
		byte = in(0x3f8);
		put(byte);
	} while (byte != 'q');
	print("\n");
}

static void
print_number(uint64_t value)
{
	char digits[24], *digit = digits + sizeof digits;

	*--digit = 0;
	do
		*--digit = '0' + value % 10;
	while (value /= 10);
	print(digit);
}

static void
tell_ticks(void)
{
	uint32_t low, high;

	asm volatile("rdtsc" : "=a"(low), "=d"(high));
	print_number((uint64_t)high << 32 | low);
	print(" ticks\n");
}

static uint32_t
hexadecimal(const char *digits)
{
	uint32_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 4 | (digits[i] <= '9' ? digits[i] - '0' : (digits[i] | 32) - 'a' + 10);
	return value;
}

/* The contents of the archive's file `name`. */
static struct module
archive_file(struct module archive, const char *name)
{
	const char *at = archive.start;

	while (at && at < archive.end && begins(at, "070701")) {
		uint32_t size = hexadecimal(at + 54), name_size = hexadecimal(at + 94);
		const char *content = at + ((110 + name_size + 3) & ~3u);

		if (begins(at + 110, name))
			return (struct module){content, content + size};
		at = content + ((size + 3) & ~3u);
	}
	print("janus: the archive has no ");
	print(name);
	print("\n");
	finish('3');
}

static void
print_file(struct module file)
{
	for (; file.start < file.end; file.start++)
		put(*file.start);
}

static void
run_user(struct module file)
{
	const struct elf_header *header = (const void *)file.start;
	const struct elf_segment *segment = (const void *)(file.start + header->segments);

	for (int i = 0; i < header->segment_count; i++, segment++) {
		char *to = (char *)segment->address;

		if (segment->type != 1)
			continue;
		for (uint64_t j = 0; j < segment->file_size; j++)
			to[j] = file.start[segment->offset + j];
	}
	enter_user(header->entry, (uint64_t)(user_stack + sizeof user_stack));
}

static struct module
pvh_archive(const struct pvh_start *start)
{
	const struct pvh_module *module = (const void *)start->module_list;

	if (!start->modules)
		return (struct module){0};
	return (struct module){(const char *)module->start, (const char *)(module->start + module->size)};
}

static const struct multiboot_tag *
multiboot_tag(const struct multiboot_tag *tag, uint32_t type)
{
	for (tag = (const void *)((const char *)tag + 8); tag->type && tag->type != type;)
		tag = (const void *)((const char *)tag + ((tag->size + 7) & ~7u));
	return tag;
}

static void
obey(const char *line, struct module archive)
{
	const char *code;

	if (after(line, "say ")) {
		print(after(line, "say "));
		print("\n");
	}
	if (after(line, "show"))
		print_file(archive_file(archive, "manifest"));
	if (after(line, "ticks"))
		tell_ticks();
	if (after(line, "echo"))
		echo();
	if (after(line, "hang"))
		hang();
	if (after(line, "fault"))
		fault_thrice();
	if (after(line, "user"))
		run_user(archive_file(archive, "program"));
	code = after(line, "exit=");
	finish(code ? *code : '0');
}

/*
 * The words: say (what follows it on the command line), show (the manifest),
 * ticks (the time-stamp counter), echo (serial input, until a q), hang, fault
 * (a triple fault), user (run the archive's file "program" in user mode),
 * exit=N (the verdict, otherwise 0).
 */
void
guest_main(uint32_t magic, const void *info)
{
	print("stand-in guest\n");
	if (magic == MULTIBOOT2_MAGIC) {
		const struct multiboot_tag *module = multiboot_tag(info, 3);

		obey((const char *)multiboot_tag(info, 1) + 8,
		     (struct module){(const char *)(uint64_t)module->start, (const char *)(uint64_t)module->end});
	}
	obey((const char *)((const struct pvh_start *)info)->command_line, pvh_archive(info));
}
