/* SPDX-License-Identifier: BSD-2-Clause */
/* link, symlink, readlink, unlink. */
#include "show.h"

static void
show_links(const char *path)
{
	struct stat s;

	DO(lstat(path, &s));
	printf("%s: %o, %lu links, %ld bytes\n", path, s.st_mode, (unsigned long)s.st_nlink, (long)s.st_size);
}

int
main(void)
{
	char text[64], longest[5000];
	int fd;

	put_file("a", "content");
	DO(mkdir("d", 0755));
	SHOW(link("a", "b"));
	SHOW(link("a", "d/c"));
	show_links("a");
	SHOW(link("a", "b"));
	SHOW(link("none", "x"));
	SHOW(link("d", "x"));
	SHOW(link("a", "none/x"));
	SHOW(link("a", "x/"));
	SHOW(link("a", ""));
	SHOW(link("a/", "x"));
	SHOW(symlink("a", "s"));
	SHOW(link("s", "t"));
	show_links("t");
	SHOW(linkat(AT_FDCWD, "s", AT_FDCWD, "u", AT_SYMLINK_FOLLOW));
	show_links("u");
	SHOW(linkat(AT_FDCWD, "s", AT_FDCWD, "v", 1));
	SHOW(symlink("", "x"));
	SHOW(symlink("x", ""));
	SHOW(symlink("x", "s"));
	SHOW(symlink("x", "s/"));
	SHOW(symlink("x", "y/"));
	SHOW(symlink("x", "none/y"));
	memset(longest, 'x', sizeof(longest));
	longest[4095] = 0;
	SHOW(symlink(longest, "long"));
	show_links("long");
	longest[4095] = 'x';
	longest[4096] = 0;
	SHOW(symlink(longest, "longer"));
	longest[39] = 0;
	SHOW(symlink(longest, "forty"));
	longest[39] = 'x';
	longest[40] = 0;
	SHOW(symlink(longest, "more"));
	SHOW(readlink("forty", text, sizeof(text)));
	SHOW(readlink("more", text, sizeof(text)));
	SHOW(readlink("s", text, 0));
	SHOW(readlink("long", text, 3));
	SHOW(readlink("a", text, sizeof(text)));
	SHOW(readlink("d", text, sizeof(text)));
	SHOW(readlink("none", text, sizeof(text)));
	SHOW(readlink("s/", text, sizeof(text)));
	SHOW(unlink("d"));
	SHOW(unlink("d/"));
	SHOW(unlink("a/"));
	SHOW(unlink("none"));
	SHOW(unlink("."));
	SHOW(unlink(""));
	fd = (int)DO(open("a", O_RDONLY));
	SHOW(unlink("a"));
	SHOW(unlink("b"));
	SHOW(unlink("s"));
	show_rest(fd);
	show_links("d/c");
	SHOW(unlinkat(AT_FDCWD, "d/c", 7));
	SHOW(unlinkat(AT_FDCWD, "d", AT_REMOVEDIR));
	return 0;
}
