/* SPDX-License-Identifier: BSD-2-Clause */
/* Each server's operations, their results and their errors, from a client without privileges. */
#include <string.h>
#include <janus/kinds.h>
#include <janus/slots.h>
#include <l4/rpc.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include "services.h"
#include "tap.h"

#define WINDOW	0x10000000000ul

static uint64_t names, root, sigma0;

static struct rpc_cap
copy_of(uint64_t slot)
{
	return (struct rpc_cap){ .slot = slot, .rights = RIGHTS_ALL };
}

static void
test_names(void)
{
	uint64_t endpoint = slot_take(), found = slot_take();
	char name[RPC_NAME] = "service0";

	tap_status(call_endpoint_create(endpoint), OK);
	tap_status(names_find(names, "thing", found), ERR_NOT_FOUND);
	tap_status(names_publish(names, "", copy_of(endpoint)), ERR_BAD_VALUE);
	tap_status(names_publish(names, "thing", copy_of(endpoint)), OK);
	tap_status(names_publish(names, "thing", copy_of(endpoint)), ERR_EXISTS);
	tap_status(names_find(names, "thing", found), OK);
	tap_status(call_cap_delete(found), OK);
	tap_status(names_find(names, "", found), ERR_NOT_FOUND);
	for (int i = 1; i < 8; i++) {
		name[7] = (char)('0' + i);
		tap_status(names_publish(names, name, copy_of(endpoint)), OK);
	}
	tap_status(names_publish(names, "one more", copy_of(endpoint)), ERR_LIMIT);
	tap_status(names_withdraw(names, "service1"), OK);
	tap_status(names_withdraw(names, "service1"), ERR_NOT_FOUND);
	tap_status(names_publish(names, "one more", copy_of(endpoint)), OK);
	tap_status(call_object_destroy(endpoint), OK);
	tap_status(names_find(names, "thing", found), ERR_NOT_FOUND);
	tap_status(names_publish(names, "0123456789012345678901234567890x", copy_of(endpoint)), ERR_BAD_VALUE);
}

static void
test_memory(void)
{
	struct rpc_page page = { .address = WINDOW, .size = 12 }, large = { .address = WINDOW + (1ul << 21), .size = 15 };
	uint64_t block = 0, second, total, unused = 0, mine = 0, limit = 0, before = 0;

	tap_status(sigma0_usage(sigma0, &total, &before, &mine, &limit), OK);
	tap_equal(limit, 16);
	tap_equal(mine, 0);
	tap_status(sigma0_take(sigma0, 12, 0, 0, &block, &page), OK);
	tap_ok(page.address == WINDOW && page.size == 12, "a page where the window is");
	volatile uint64_t *word = (volatile uint64_t *)WINDOW;
	tap_equal(word[0] | word[511], 0);
	word[0] = 4711;
	tap_status(sigma0_take(sigma0, 15, 0, 0, &second, &large), OK);
	memset((void *)large.address, 1, 1 << 15);
	tap_status(sigma0_usage(sigma0, &total, &unused, &mine, &limit), OK);
	tap_equal(mine, 9);
	tap_equal(before - unused, 9);
	tap_status(sigma0_take(sigma0, 11, 0, 0, &second, &page), ERR_BAD_VALUE);
	tap_status(sigma0_take(sigma0, 64, 0, 0, &second, &page), ERR_BAD_VALUE);
	tap_status(sigma0_take(sigma0, 13, 1, 0, &second, &page), ERR_BAD_VALUE);
	tap_status(sigma0_take(sigma0, 15, 0, 0, &second, &page), ERR_LIMIT);
	tap_status(sigma0_take(sigma0, 12, 0, 2, &second, &page), ERR_NO_RIGHT);
	tap_status(sigma0_give(sigma0, block + 1), ERR_NOT_FOUND);
	tap_status(sigma0_give(sigma0, ~0ul), ERR_NOT_FOUND);
	tap_status(sigma0_give(sigma0, block), OK);
	tap_status(sigma0_give(sigma0, block), ERR_NOT_FOUND);
	tap_status(call_unmap(SLOT_OWN, WINDOW, 1, 0, true), OK);
	page = (struct rpc_page){ .address = WINDOW, .size = 12 };
	tap_status(sigma0_take(sigma0, 12, 0, 0, &block, &page), OK);
	tap_equal(word[0], 0);
	tap_status(sigma0_take(sigma0, 12, 2, 0, &block, &large), OK);
	tap_equal(block % 8 != 1 && block % 64 != 1, 0);
	tap_status(sigma0_quota(sigma0, 3, 1000, 0), ERR_NO_RIGHT);
	tap_status(sigma0_release(sigma0, 3), ERR_NO_RIGHT);
	tap_status(sigma0_begin(sigma0, 3, 1), ERR_NO_RIGHT);
	tap_status(sigma0_add(sigma0, 3, 1), ERR_NO_RIGHT);
}

static void
test_root(void)
{
	uint64_t running = 0, starts = 0, version = 0;

	tap_status(root_state(root, "names", &running, &starts), OK);
	tap_ok(running == 1 && starts == 1, "the name server runs");
	tap_status(root_state(root, "nobody", &running, &starts), ERR_NOT_FOUND);
	tap_status(root_start(root, "names"), ERR_NO_RIGHT);
	tap_status(root_stop(root, "names"), ERR_NO_RIGHT);
	tap_status(root_kill(root, "names"), ERR_NO_RIGHT);
	tap_status(root_replace(root, "names", "names"), ERR_NO_RIGHT);
	tap_status(control_version(names, &version), OK);
	tap_equal(version, 1);
	tap_status(control_stop(names), ERR_NO_RIGHT);
	tap_status(control_version(names, &version), OK);
	tap_status(names_withdraw(sigma0, "x"), ERR_NO_CALL);
}

int
main(int argc, char **argv)
{
	names = environment_slot("names");
	root = environment_slot("root");
	sigma0 = environment_slot("sigma0");
	tap_ok(argc == 3 && !strcmp(argv[1], "one") && !strcmp(argv[2], "two words"), "arguments of the manifest's line");
	tap_ok(names && root && sigma0 && !environment_slot("timer") && !environment_slot("name"), "capabilities by name");
	test_names();
	test_memory();
	test_root();
	tap_done();
}
