/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TAP for test programs that run as first program: state what must hold, end with tap_done().  Works with every personality that has
 * the common calls.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <janus/rt.h>

static unsigned tap_count, tap_failed;

static inline bool
tap_report(bool passed, const char *what)
{
	tap_count++;
	if (!passed)
		tap_failed++;
	printf("%s %u - %s\n", passed ? "ok" : "not ok", tap_count, what);
	return passed;
}

/* WHAT says what holds when PASSED. */
#define tap_ok(passed, what) tap_report((passed), (what))

/* A call's status is as expected; says what it was otherwise. */
#define tap_status(call, expected) tap_status_report((call), (expected), #call " gives " #expected)

static inline bool
tap_status_report(int status, int expected, const char *what)
{
	if (status != expected)
		printf("# status is %s\n", status_string(status));
	return tap_report(status == expected, what);
}

#define tap_equal(value, expected) tap_equal_report((value), (expected), #value " is " #expected)

static inline bool
tap_equal_report(unsigned long value, unsigned long expected, const char *what)
{
	if (value != expected)
		printf("# value is %#lx, expected %#lx\n", value, expected);
	return tap_report(value == expected, what);
}

/* The plan, and the end of the machine. */
static inline void __attribute__((noreturn))
tap_done(void)
{
	printf("1..%u\n", tap_count);
	exit(tap_failed != 0);
}
