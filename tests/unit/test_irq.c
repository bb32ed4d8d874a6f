/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupt lines: who may have one, masking until acknowledged, nothing lost while nobody listens. */
#include "core/irq.h"
#include "core/space.h"
#include "homes.h"
#include "test.h"

static struct space *home;

static int
setup(void **state)
{
	home = home_make(1);
	return 0;
}

static struct irq *
make(u32 line, enum irq_trigger trigger)
{
	struct irq *irq;

	assert_int_equal(irq_create(home, line, trigger, &irq), OK);
	irq_check();
	return irq;
}

static void
drop(struct irq *irq)
{
	assert_int_equal(object_destroy(&irq->object), OK);
	irq_check();
	assert_int_equal(home->kmem.pages_free, home->kmem.pages);
}

static void
line_opens_with_its_object(void **state)
{
	struct irq *irq = make(5, IRQ_LEVEL);

	assert_true(machine_irqs[5].set_up && machine_irqs[5].level);
	assert_false(machine_irqs[5].masked);
	assert_int_equal(irq->object.kind, KIND_IRQ);
	assert_ptr_equal(irq->object.home, home);
	drop(irq);
	assert_true(machine_irqs[5].masked);
}

static void
bad_lines_are_refused(void **state)
{
	struct irq *irq = NULL;

	assert_int_equal(irq_create(home, FAKE_IRQ_LINES, IRQ_EDGE, &irq), ERR_BAD_VALUE);
	assert_int_equal(irq_create(home, ~0u, IRQ_EDGE, &irq), ERR_BAD_VALUE);
	assert_int_equal(irq_create(home, 5, (enum irq_trigger)2, &irq), ERR_BAD_VALUE);
	assert_int_equal(irq_create(home, FAKE_KERNEL_IRQ, IRQ_EDGE, &irq), ERR_EXISTS);
	home->object.dying = true;
	assert_int_equal(irq_create(home, 5, IRQ_EDGE, &irq), ERR_WRONG_STATE);
	home->object.dying = false;
	check_fail_after(1);
	assert_int_equal(irq_create(home, 5, IRQ_EDGE, &irq), ERR_NO_KMEM);
	assert_null(irq);
	assert_false(machine_irqs[5].set_up);
	assert_int_equal(home->kmem.pages_free, home->kmem.pages);
	irq_check();
}

static void
a_line_has_one_object(void **state)
{
	struct irq *irq = make(5, IRQ_EDGE), *second;

	assert_int_equal(irq_create(home, 5, IRQ_EDGE, &second), ERR_EXISTS);
	drop(irq);
	drop(make(5, IRQ_LEVEL));
}

static void
level_is_masked_until_acknowledged(void **state)
{
	struct irq *irq = make(7, IRQ_LEVEL);

	irq_acknowledge(irq);
	irq_deliver(7);
	assert_int_equal(hooks.irqs, 1);
	assert_ptr_equal(hooks.irq, irq);
	assert_true(machine_irqs[7].masked && irq->masked);
	irq_acknowledge(irq);
	assert_false(machine_irqs[7].masked || irq->masked);
	machine_irqs[7].masked = true;			/* seen when it is unmasked for nothing */
	irq_acknowledge(irq);
	assert_true(machine_irqs[7].masked);
	drop(irq);
}

static void
edge_stays_open(void **state)
{
	struct irq *irq = make(7, IRQ_EDGE);

	assert_true(irq_deliver(7));
	assert_true(irq_deliver(7));
	assert_false(irq_deliver(8));
	assert_false(machine_irqs[7].masked || irq->masked);
	assert_int_equal(irq->fired, 2);
	assert_int_equal(hooks.irqs, 2);
	drop(irq);
}

static void
firing_is_remembered_until_taken(void **state)
{
	struct irq *irq = make(7, IRQ_EDGE);

	assert_false(irq_take(irq));
	irq_deliver(7);
	irq_deliver(7);
	assert_true(irq_take(irq));
	assert_false(irq_take(irq));
	irq_deliver(7);
	assert_true(irq_take(irq));
	drop(irq);
}

static void
lines_without_object_go_to_nobody(void **state)
{
	irq_deliver(9);
	irq_deliver(~0u);
	assert_int_equal(hooks.irqs, 0);
}

static void
personality_hears_that_it_goes_away(void **state)
{
	struct irq *irq = make(7, IRQ_LEVEL);

	drop(irq);
	assert_int_equal(hooks.irqs, 1);
	assert_ptr_equal(hooks.irq, irq);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(line_opens_with_its_object, setup),
		cmocka_unit_test_setup(bad_lines_are_refused, setup),
		cmocka_unit_test_setup(a_line_has_one_object, setup),
		cmocka_unit_test_setup(level_is_masked_until_acknowledged, setup),
		cmocka_unit_test_setup(edge_stays_open, setup),
		cmocka_unit_test_setup(firing_is_remembered_until_taken, setup),
		cmocka_unit_test_setup(lines_without_object_go_to_nobody, setup),
		cmocka_unit_test_setup(personality_hears_that_it_goes_away, setup),
	};

	return test_main("irq", tests, ARRAY_SIZE(tests));
}
