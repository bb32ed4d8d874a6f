/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths: dots, slashes, links to links, and those that lead nowhere. */
#include <limits.h>
#include "show.h"

static struct stat status;

static void
look(const char *path)
{
	if (stat(path, &status))
		printf("stat %.20s: %s\n", path, strerror(errno));
	else
		printf("stat %.20s: %o\n", path, status.st_mode);
	if (lstat(path, &status))
		printf("lstat %.20s: %s\n", path, strerror(errno));
	else
		printf("lstat %.20s: %o\n", path, status.st_mode);
}

int
main(void)
{
	static char longest[PATH_MAX + 10], name[300], chain[16], before[16];

	DO(mkdir("a", 0755));
	DO(mkdir("a/b", 0755));
	put_file("a/b/f", "f");
	DO(symlink("b/f", "a/l"));
	DO(symlink("a", "d"));
	DO(symlink("../a/b/../l", "a/up"));
	DO(symlink("self", "self"));
	DO(symlink("two", "one"));
	DO(symlink("one", "two"));
	DO(symlink("gone", "dangling"));
	DO(symlink("a/", "slash"));
	DO(symlink("a/l", "file"));
	static const char *const paths[] = { ".", "..", "./a/./b/../b/f", "a//b///f", "a/b/f/", "a/b/f/.", "a/b/f/..", "d", "d/", "d/l", "d/up", "a/up", "self", "self/", "one",
		"one/x", "dangling", "dangling/", "dangling/x", "slash", "slash/", "slash/l", "file", "file/", "none", "none/", "none/..", "", "a/b/../../d/b/f", "/", "//", "/..", "/../.." };
	for (unsigned i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		look(paths[i]);
	memset(name, 'n', 256);
	look(name);
	name[255] = 0;
	look(name);
	memset(longest, '/', PATH_MAX);
	look(longest);
	longest[PATH_MAX - 1] = 0;
	look(longest);
	for (int i = 0; i <= 42; i++) {
		snprintf(chain, sizeof(chain), "chain%d", i);
		DO(symlink(i ? before : "a", chain));
		strcpy(before, chain);
	}
	look("chain38");
	look("chain39");
	look("chain40");
	look("chain41");
	for (int i = 0; i <= 42; i++) {
		snprintf(chain, sizeof(chain), "chain%d", i);
		DO(unlink(chain));
	}
	return 0;
}
