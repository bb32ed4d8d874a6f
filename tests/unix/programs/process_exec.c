/* SPDX-License-Identifier: BSD-2-Clause */
/* execve: what a program finds, what stays, and what cannot be executed. */
#include <elf.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include "show.h"

static int
again(int count, char **argument, char **environment)
{
	unsigned char *random = (unsigned char *)getauxval(AT_RANDOM), sum = 0;
	const Elf64_Ehdr *vdso = (const Elf64_Ehdr *)getauxval(AT_SYSINFO_EHDR);
	char name[16], link[100] = "";
	sigset_t set;
	struct sigaction old;

	for (int i = 1; i < count; i++)
		printf("argument %d: %s\n", i, argument[i]);
	for (int i = 0; environment[i]; i++)
		printf("environment %d: %s\n", i, environment[i]);
	prctl(PR_GET_NAME, name);
	printf("name %s\n", name);
	printf("page %lu, headers of %lu, %s, tick %lu, secure %lu\n", getauxval(AT_PAGESZ), getauxval(AT_PHENT), (char *)getauxval(AT_PLATFORM), getauxval(AT_CLKTCK),
		getauxval(AT_SECURE));
	printf("uid %d gid %d\n", getauxval(AT_UID) == getuid(), getauxval(AT_EGID) == getegid());
	for (int i = 0; i < 16; i++)
		sum |= random[i];
	printf("random %s\n", sum ? "yes" : "no");
	printf("vdso %.3s\n", vdso->e_ident + 1);
	printf("own file %s\n", strrchr((char *)getauxval(AT_EXECFN), '/') + 1);
	printf("link %s\n", readlink("/proc/self/exe", link, sizeof(link) - 1) > 0 ? strrchr(link, '/') + 1 : "none");
	sigprocmask(SIG_BLOCK, NULL, &set);
	printf("USR2 masked %d\n", sigismember(&set, SIGUSR2));
	sigpending(&set);
	printf("USR2 pending %d\n", sigismember(&set, SIGUSR2));
	sigaction(SIGUSR1, NULL, &old);
	printf("USR1 %s\n", old.sa_handler == SIG_DFL ? "default" : "handled");
	sigaction(SIGTERM, NULL, &old);
	printf("TERM %s\n", old.sa_handler == SIG_IGN ? "ignored" : "not");
	SHOW(fcntl(10, F_GETFD));
	SHOW(fcntl(11, F_GETFD));
	return 6;
}

static volatile uint64_t nowhere = 8;

static void
handler(int number)
{
}

static void
try_file(const char *name, const char *content, mode_t mode)
{
	char *argument[] = { "x", NULL };

	put_file(name, content);
	chmod(name, mode);
	printf("%s: ", name);
	execve(name, argument, argument + 1);
	printf("%s\n", strerror(errno));
	unlink(name);
}

int
main(int count, char **argument, char **environment)
{
	char *list[] = { "again", "one", "", "three words here", NULL }, *variables[] = { "A=1", "B=", NULL }, *none[] = { NULL };
	sigset_t set;
	int status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!strcmp(argument[0], "again"))
		return again(count, argument, environment);
	signal(SIGUSR1, handler);
	signal(SIGTERM, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR2);
	DO(dup2(1, 10));
	DO(dup3(1, 11, O_CLOEXEC));
	if (fork() == 0) {
		execve((char *)getauxval(AT_EXECFN), list, variables);
		_exit(99);
	}
	wait(&status);
	printf("status %#x\n", status);
	SHOW(execve("nothing", list, none));
	SHOW(execve(".", list, none));
	SHOW(execve("", list, none));
	SHOW(execve((char *)nowhere, list, none));
	put_file("f", "not executable");
	SHOW(execve("f", list, none));
	SHOW(execve("f/x", list, none));
	try_file("text", "hello\n", 0755);
	try_file("empty", "", 0755);
	try_file("elf", "\177ELF", 0755);
	try_file("elf2", "\177ELF\002\001\001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0755);
	try_file("script", "#!/nothing\n", 0755);
	try_file("blank", "#!   \n", 0755);
	try_file("self", "#!./self\n", 0755);
	SHOW(execve((char *)getauxval(AT_EXECFN), (char **)nowhere, none));
	list[1] = (char *)nowhere;
	SHOW(execve((char *)getauxval(AT_EXECFN), list, none));
	SHOW(syscall(SYS_execveat, AT_FDCWD, "f", list, none, 0x80000000));
	SHOW(symlink("f", "l"));
	SHOW(syscall(SYS_execveat, AT_FDCWD, "l", none, none, AT_SYMLINK_NOFOLLOW));
	SHOW(syscall(SYS_execveat, 99, "", none, none, AT_EMPTY_PATH));
	return 0;
}
