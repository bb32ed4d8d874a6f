/* SPDX-License-Identifier: BSD-2-Clause */
/* glibc's streams, its walk of a tree, temporary files, sorted directories. */
#include <dirent.h>
#include <ftw.h>
#include <glob.h>
#include "show.h"

static int names;

static int
visit(const char *path, const struct stat *s, int type, struct FTW *where)
{
	names += 100 * where->level + 10 * type + 1;
	return remove(path);
}

int
main(void)
{
	char line[100], name[] = "temporary-XXXXXX";
	struct dirent **sorted;
	FILE *f = fopen("f", "w+"), *t;
	glob_t found;
	int count;

	setvbuf(f, NULL, _IOFBF, 64);
	for (int i = 0; i < 50; i++)
		fprintf(f, "line %d\n", i);
	rewind(f);
	while (fgets(line, sizeof(line), f))
		;
	printf("%s", line);
	fseek(f, -8, SEEK_END);
	printf("%s", fgets(line, sizeof(line), f));
	fseek(f, 7, SEEK_SET);
	printf("%s%ld\n", fgets(line, sizeof(line), f), ftell(f));
	fclose(f);
	f = fopen("f", "a+");
	fprintf(f, "appended\n");
	printf("%ld\n", ftell(f));
	fclose(f);
	printf("%d\n", fopen("none", "r") == NULL);
	printf("%d\n", fopen("f", "wx") == NULL);
	t = tmpfile();
	fprintf(t, "temporary");
	rewind(t);
	printf("%s\n", fgets(line, sizeof(line), t));
	fclose(t);
	DO(close(mkstemp(name)));
	DO(unlink(name));
	DO(mkdir("d", 0755));
	DO(mkdir("d/e", 0755));
	put_file("d/one", "1");
	put_file("d/two", "2");
	put_file("d/e/three", "3");
	count = scandir("d", &sorted, NULL, alphasort);
	for (int i = 0; i < count; i++)
		printf("%s ", sorted[i]->d_name);
	glob("d/*[eo]", 0, NULL, &found);
	printf("%zu %s\n", found.gl_pathc, found.gl_pathv[0]);
	SHOW(nftw("d", visit, 10, FTW_DEPTH | FTW_PHYS));
	printf("%d\n", names);
	return 0;
}
