/* SPDX-License-Identifier: BSD-2-Clause */
/* Jumps to the `syscall' of a site, with other numbers, before the site's own has been called and afterwards. */
#include "show.h"
#include "site.h"

SITE(ask_self, 39);		/* getpid */
SITE(ask_user, 102);		/* getuid */
SITE(close_it, 3);		/* close */

static void
enter(void)
{
	printf("getpid: %d, getppid: %d, nothing: %ld\n", enter_behind_mov(ask_self_behind_mov, 39) == getpid(), enter_behind_mov(ask_self_behind_mov, 110) == getppid(),
		enter_behind_mov(ask_self_behind_mov, 499));
}

int
main(void)
{
	enter();
	for (int i = 0; i < 3; i++)
		printf("as it stands: %d\n", ask_self(0, 0, 0) == getpid());
	enter();
	for (int i = 0; i < 3; i++) {
		printf("behind first: %d\n", enter_behind_mov(ask_user_behind_mov, 39) == getpid());
		printf("then before: %ld\n", ask_user(0, 0, 0));
		printf("close: %ld %ld\n", close_it(99, 0, 0), close_it(dup(0), 0, 0));
	}
	return 0;
}
