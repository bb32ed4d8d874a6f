/* SPDX-License-Identifier: BSD-2-Clause */
/* core/space*.c, core/table.c and core/map.c, by random operations. */
#include "ops_space.h"
#include "test.h"

static void
random_operations(void **state)
{
	operations_random(&ops_space, 1000000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_operations),
	};

	return test_main("space", tests, ARRAY_SIZE(tests));
}
