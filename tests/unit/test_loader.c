/* SPDX-License-Identifier: BSD-2-Clause */
/* The fuzzer's finds for the readers of loaders' and firmware's tables. */
#include "test.h"

extern const struct operations ops_loader;

static void
stored_finds(void **state)
{
	operations_corpus(&ops_loader);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(stored_finds) };

	return test_main("loader", tests, ARRAY_SIZE(tests));
}
