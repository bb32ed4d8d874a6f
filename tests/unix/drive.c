/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs programs and says what came of each: the same on Linux and here, so that the two can be compared (run.py).
 *
 *     drive TOP TESTS SECONDS [counted] < /dev/null
 *
 * TESTS has the programs, a file `list' with their names and a file `applets' with those of busybox, which become links in TOP/bin, the PATH.  Each runs in a new
 * folder TOP/work/NAME, for at most so many seconds.  Afterwards its output, its end and its folder are printed, each line with what it is:
 *
 *     @begin NAME | @out TEXT | @err TEXT | @file TYPE MODE LINKS SIZE HASH NAME | @status exit N, signal N, or time | @end NAME
 *
 * With `counted', what /proc says that there is, of objects and of page frames, is the same after a test, when its folder is gone, as before it; if not, there are lines
 *
 *     @left NAME BEFORE AFTER
 *
 * A line of output that does not end has \c behind it; what is not printable is \xNN.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char top[PATH_MAX / 2], tests[PATH_MAX / 2];
static volatile pid_t running;
static int counted;
static volatile sig_atomic_t late;

static void
fail(const char *what)
{
	printf("@fail %s: %s\n", what, strerror(errno));
	exit(1);
}

/* --- what came out ------------------------------------------------------------------------------------------------------------------------- */

/* A line at once, so that nothing comes between. */
static char line[8192];
static size_t length;

static void
line_add(const char *text)
{
	size_t bytes = strlen(text);

	if (length + bytes < sizeof(line)) {
		memcpy(line + length, text, bytes);
		length += bytes;
	}
}

static void
line_add_byte(unsigned char c)
{
	char text[8];

	snprintf(text, sizeof(text), c == '\\' || c < ' ' || c > '~' ? "\\x%02x" : "%c", c);
	line_add(text);
}

static void
line_end(void)
{
	line_add("\n");
	if (write(1, line, length) < 0)
		exit(1);
	length = 0;
}

static void
show_output(const char *kind, const char *path)
{
	FILE *file = fopen(path, "re");
	int c, in_line = 0;

	if (!file)
		fail(path);
	while ((c = getc(file)) != EOF) {
		if (!in_line)
			line_add(kind);
		in_line = c != '\n';
		if (in_line)
			line_add_byte((unsigned char)c);
		else
			line_end();
	}
	if (in_line) {
		line_add("\\c");
		line_end();
	}
	fclose(file);
}

static uint64_t
hash_of(const char *path)
{
	unsigned char buffer[4096];
	uint64_t hash = 14695981039346656037ul;
	ssize_t bytes;
	int fd = open(path, O_RDONLY);

	while ((bytes = read(fd, buffer, sizeof(buffer))) > 0) {
		for (ssize_t i = 0; i < bytes; i++)
			hash = (hash ^ buffer[i]) * 1099511628211ul;
	}
	close(fd);
	return hash;
}

/* Sizes and links of directories are the file system's own affair. */
static void
show_file(const char *path, const struct stat *s)
{
	char text[PATH_MAX] = "", target[PATH_MAX] = "";
	int directory = S_ISDIR(s->st_mode);

	snprintf(text, sizeof(text), "@file %06o %lu %lu ", s->st_mode, directory ? 0 : (unsigned long)s->st_nlink, directory ? 0 : (unsigned long)s->st_size);
	line_add(text);
	if (S_ISREG(s->st_mode)) {
		snprintf(text, sizeof(text), "%016lx ", (unsigned long)hash_of(path));
		line_add(text);
	}
	for (const char *c = path; *c; c++)
		line_add_byte((unsigned char)*c);
	if (S_ISLNK(s->st_mode) && readlink(path, target, sizeof(target) - 1) >= 0) {
		line_add(" -> ");
		line_add(target);
	}
	line_end();
}

static void
show_tree(const char *path)
{
	struct dirent **names;
	int count = scandir(path, &names, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		char below[PATH_MAX];
		struct stat s;
		const char *name = names[i]->d_name;
		if (!strcmp(name, ".") || !strcmp(name, ".."))
			continue;
		snprintf(below, sizeof(below), "%s%s%s", strcmp(path, ".") ? path : "", strcmp(path, ".") ? "/" : "", name);
		if (lstat(below, &s))
			continue;
		show_file(below, &s);
		if (S_ISDIR(s.st_mode))
			show_tree(below);
	}
}

/* --- what there is ---------------------------------------------------------------------------------------------------------------------------- */

#define COUNTS		64
#define PATIENCE	100		/* hundredths of a second: who was killed last may end a little later */

struct counts {
	char name[COUNTS][20];
	long count[COUNTS];
	int used;
};

static void
count_add(struct counts *c, const char *name, long count)
{
	if (c->used == COUNTS)
		fail("so many counts");
	snprintf(c->name[c->used], sizeof(c->name[0]), "%s", name);
	c->count[c->used++] = count;
}

static FILE *
proc_open(const char *path)
{
	FILE *file = fopen(path, "re");

	if (!file)
		fail(path);
	return file;
}

/* The number behind NAME in a file of /proc: on a line of its own. */
static long
proc_value(const char *path, const char *name)
{
	char text[256], word[40];
	long found = 0, value;
	FILE *file = proc_open(path);

	while (fgets(text, sizeof(text), file)) {
		if (sscanf(text, "%39s %ld", word, &value) == 2 && !strcmp(word, name))
			found = value;
	}
	fclose(file);
	return found;
}

static long
own_areas(void)
{
	FILE *file = proc_open("/proc/self/maps");
	long areas = 0;
	int c;

	while ((c = getc(file)) != EOF)
		areas += c == '\n';
	fclose(file);
	return areas;
}

/* Page frames that are this program's own, or the content of files that have been mapped. */
static long
other_pages(void)
{
	return (proc_value("/proc/self/status", "VmRSS:") + proc_value("/proc/meminfo", "Cached:")) / (getpagesize() / 1024);
}

static void
counts_take(struct counts *c)
{
	char text[256], name[20];
	long count;

	memset(c, 0, sizeof(*c));	/* so that it has its pages by now */
	long areas = own_areas(), pages = other_pages();
	FILE *file = proc_open("/proc/slabinfo");
	while (fgets(text, sizeof(text), file)) {
		if (sscanf(text, "%19s %ld", name, &count) == 2)
			count_add(c, name, count - (!strcmp(name, "area") ? areas : !strcmp(name, "page") ? pages : 0));
	}
	fclose(file);
}

static void
counts_compare(const struct counts *before)
{
	static struct counts after;
	char text[100];

	for (int i = 0; i < PATIENCE; i++) {
		counts_take(&after);
		if (!memcmp(after.count, before->count, sizeof(after.count)))
			return;
		usleep(10000);
	}
	for (int i = 0; i < after.used; i++) {
		snprintf(text, sizeof(text), "@left %s %ld %ld", after.name[i], before->count[i], after.count[i]);
		if (after.count[i] != before->count[i]) {
			line_add(text);
			line_end();
		}
	}
}

/* What this program itself comes to have once it has run a test. */
static void
counts_begin(void)
{
	static struct counts some;

	alarm(1);
	alarm(0);
	if (fork() == 0)
		_exit(0);
	wait(NULL);
	for (int i = 0; i < 2; i++)
		counts_take(&some);
}

static int
remove_one(const char *path, const struct stat *s, int type, struct FTW *where)
{
	return remove(path);
}

/* --- running ------------------------------------------------------------------------------------------------------------------------------- */

static void
on_alarm(int number)
{
	late = 1;
	kill(-running, SIGKILL);
}

static void
become(int fd, const char *path)
{
	int file = open(path, fd ? O_CREAT | O_WRONLY | O_TRUNC : O_RDONLY, 0600);

	if (file < 0 || dup2(file, fd) < 0)
		_exit(126);
	close(file);
}

static void
child(const char *name, const char *out, const char *err)
{
	char path[PATH_MAX], search[PATH_MAX];
	char *arguments[] = { (char *)name, NULL }, *environment[] = { search, "HOME=/", "LANG=C", "LC_ALL=C", NULL };

	setpgid(0, 0);
	snprintf(path, sizeof(path), "%s/%s", tests, name);
	snprintf(search, sizeof(search), "PATH=%s/bin", top);
	become(0, "/dev/null");
	become(1, out);
	become(2, err);
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);	/* whoever started this may ignore some: a shell does in its background */
	execve(path, arguments, environment);
	_exit(127);
}

static void
show_status(int status)
{
	char text[40];

	if (late)
		snprintf(text, sizeof(text), "@status time");
	else if (WIFEXITED(status))
		snprintf(text, sizeof(text), "@status exit %d", WEXITSTATUS(status));
	else
		snprintf(text, sizeof(text), "@status signal %d", WTERMSIG(status));
	line_add(text);
	line_end();
}

static void
run(const char *name, unsigned seconds)
{
	static struct counts before;
	char folder[PATH_MAX], out[PATH_MAX], err[PATH_MAX];
	int status;

	snprintf(folder, sizeof(folder), "%s/work/%s", top, name);
	snprintf(out, sizeof(out), "%s/out", top);
	snprintf(err, sizeof(err), "%s/err", top);
	if (counted)
		counts_take(&before);
	if (mkdir(folder, 0755) || chdir(folder))
		fail(folder);
	printf("@begin %s\n", name);
	late = 0;
	running = fork();
	if (running < 0)
		fail("fork");
	if (!running)
		child(name, out, err);
	setpgid(running, running);
	alarm(seconds);
	while (waitpid(running, &status, 0) < 0 && errno == EINTR)
		;
	alarm(0);
	kill(-running, SIGKILL);
	show_output("@out ", out);
	show_output("@err ", err);
	show_tree(".");
	show_status(status);
	if (chdir("/") || nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) || unlink(out) || unlink(err))
		fail(folder);
	if (counted)
		counts_compare(&before);
	printf("@end %s\n", name);
}

/* --- what all need ------------------------------------------------------------------------------------------------------------------------- */

static void
each_line(const char *name, void (*act)(const char *line, unsigned seconds), unsigned seconds)
{
	char path[PATH_MAX], text[256];

	snprintf(path, sizeof(path), "%s/%s", tests, name);
	FILE *file = fopen(path, "re");
	if (!file)
		fail(path);
	while (fgets(text, sizeof(text), file)) {
		text[strcspn(text, "\n")] = 0;
		act(text, seconds);
	}
	fclose(file);
}

static void
link_applet(const char *name, unsigned seconds)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/bin/%s", top, name);
	if (symlink("/bin/busybox", path))
		fail(path);
}

int
main(int count, char **argument)
{
	static const char *const folders[] = { "", "/bin", "/work" };
	char path[PATH_MAX];

	counted = count == 5 && !strcmp(argument[4], "counted");
	if (count != 4 && !counted)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	snprintf(top, sizeof(top), "%s", argument[1]);
	snprintf(tests, sizeof(tests), "%s", argument[2]);
	umask(022);
	signal(SIGALRM, on_alarm);
	for (unsigned i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", top, folders[i]);
		if (mkdir(path, 0755))
			fail(path);
	}
	each_line("applets", link_applet, 0);
	if (counted)
		counts_begin();
	each_line("list", run, (unsigned)atoi(argument[3]));
	printf("@done\n");
	return 0;
}
