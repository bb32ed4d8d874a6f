/* SPDX-License-Identifier: BSD-2-Clause */
/* Linked into a pager: its tenth call of another server, in the middle of answering a fault, is its end. */
#include <l4/rpc.h>

#define LIFE	10

enum status __real_rpc_call(uint64_t server, struct message *m);
enum status __wrap_rpc_call(uint64_t server, struct message *m);

enum status
__wrap_rpc_call(uint64_t server, struct message *m)
{
	static unsigned calls;

	if (++calls == LIFE)
		__builtin_trap();
	return __real_rpc_call(server, m);
}
