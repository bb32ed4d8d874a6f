/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminals: the line discipline as n_tty's. */
#include "pair_world.h"

/* --- the discipline ------------------------------------------------------------------------------------------------------------------------ */

static void
test_a_line(void **state)
{
	pair_open();
	session("ab", "ab", "-EAGAIN");
	session("c\r", "c\r\n", "abc\n");
	session("one\ntwo\n", "one\r\ntwo\r\n", "one\n");
	assert_string_equal(got(slave), "two\n");
}

static void
test_a_long_line_comes_in_parts(void **state)
{
	char part[4] = "";

	pair_open();
	put(master, "abcde\n");
	assert_int_equal(read_fd(leader, slave, part, 3), 3);
	assert_string_equal(part, "abc");
	assert_string_equal(got(slave), "de\n");
}

static void
test_erase(void **state)
{
	pair_open();
	session("ab\x7f\x7f\x7fX\n", "ab\b \b\b \bX\r\n", "X\n");
	session("a\x01\x7f\n", "a^A\b \b\b \b\r\n", "a\n");
	session("a\tb\x7f\x7f.\n", "a\tb\b \b\b\b\b\b\b\b\b.\r\n", "a.\n");
	session("one two  \x17\x17X\n", "one two  \b \b\b \b\b \b\b \b\b \b\b \b\b \b\b \b\b \bX\r\n", "X\n");
	session("abc\x15X\n", "abc\b \b\b \b\b \bX\r\n", "X\n");
}

static void
test_erase_without_erasing_echo(void **state)
{
	pair_open();
	set(ECHOE, 0);
	session("ab\x7f\n", "ab^?\r\n", "a\n");
	session("ab\x15X\n", "ab^U\r\nX\r\n", "X\n");
	set(ECHOE | ECHOPRT, 0);
	session("ab\x7f\x7f" "c\n", "ab\\ba/c\r\n", "c\n");
}

static void
test_erase_in_utf8(void **state)
{
	pair_open();
	set(0, IUTF8);
	session("a\xc3\xa4\x7f\n", "a\xc3\xa4\b \b\r\n", "a\n");
	session("\xa4\x7f\n", "\xa4\r\n", "\xa4\n");
}

static void
test_literal_and_reprint(void **state)
{
	pair_open();
	session("a\x16\x03" "b\n", "a^\b^Cb\r\n", "a\003b\n");
	session("ab\x12" "c\n", "ab^R\r\nabc\r\n", "abc\n");
}

static void
test_end_of_file(void **state)
{
	char part[4] = "";

	pair_open();
	session("\x04", "-EAGAIN", "");
	session("ab\x04", "ab", "ab");
	assert_string_equal(got(slave), "-EAGAIN");
	put(master, "abc\x04");
	assert_int_equal(read_fd(leader, slave, part, 3), 3);
	assert_string_equal(got(slave), "-EAGAIN");
	put(master, "abc\n\x04");
	assert_string_equal(got(slave), "abc\n");
	assert_string_equal(got(slave), "");
}

static void
test_other_ends_of_lines(void **state)
{
	pair_open();
	control(slave, TCGETS, &settings);
	settings.c_cc[VEOL] = ';';
	control(slave, TCSETS, &settings);
	session("a;b\n", "a;b\r\n", "a;");
	assert_string_equal(got(slave), "b\n");
	set(0, ICRNL | INLCR);
	session("a\r;", "a^M;", "a\r;");
	set(0, INLCR | IGNCR);
	session("a\rb\n", "ab\r\n", "ab\n");
}

static void
test_no_echo(void **state)
{
	pair_open();
	set(ECHO, 0);
	session("secret\n", "-EAGAIN", "secret\n");
	set(ECHONL, 0);
	session("secret\x7f\x15x\n", "\r\n", "x\n");
	set(ECHO | ECHOCTL, 0);
	session("\x01\n", "\x01\r\n", "\x01\n");
}

static void
test_raw(void **state)
{
	pair_open();
	control(slave, TCGETS, &settings);
	settings.c_iflag = settings.c_oflag = settings.c_lflag = 0;
	control(slave, TCSETS, &settings);
	session("\x03\r\x7f\x04", "-EAGAIN", "\x03\r\x7f\x04");
	put(slave, "a\nb");
	assert_string_equal(got(master), "a\nb");
}

static void
test_raw_counts_and_times(void **state)
{
	char part[4] = "";

	pair_open();
	set(ICANON | ECHO, 0);
	settings.c_cc[VMIN] = 3;
	control(slave, TCSETS, &settings);
	put(master, "ab");
	assert_int_equal(polled(slave, POLLIN), 0);
	put(master, "c");
	assert_int_equal(polled(slave, POLLIN), POLLIN);
	assert_string_equal(got(slave), "abc");
	settings.c_cc[VMIN] = 0;
	settings.c_cc[VTIME] = 5;
	control(slave, TCSETS, &settings);
	flag(slave, 0);
	assert_int_equal(read_fd(leader, slave, part, 3), 0);
	assert_int_equal(fake_clock, 500000000);
	settings.c_cc[VMIN] = 3;
	control(slave, TCSETS, &settings);
	put(master, "a");
	assert_int_equal(read_fd(leader, slave, part, 3), 1);
	assert_int_equal(fake_clock, 1000000000);
}

static void
test_what_is_there_stays_between_modes(void **state)
{
	pair_open();
	put(master, "ab");
	assert_string_equal(got(slave), "-EAGAIN");
	set(ICANON, 0);
	assert_string_equal(got(slave), "ab");
	put(master, "cd");
	set(ICANON, 0);
	assert_string_equal(got(slave), "cd");
}

static void
test_output(void **state)
{
	pair_open();
	put(slave, "a\nb\tc\r\n");
	assert_string_equal(got(master), "a\r\nb\tc\r\r\n");
	control(slave, TCGETS, &settings);
	settings.c_oflag = OPOST | XTABS | OCRNL | OLCUC;
	control(slave, TCSETS, &settings);
	put(slave, "\rb\tc");
	assert_string_equal(got(master), "\nB       C");
	settings.c_oflag = OPOST | ONOCR | ONLRET;
	control(slave, TCSETS, &settings);
	put(slave, "\r\n\rx");
	assert_string_equal(got(master), "\r\nx");
}

static void
test_flow(void **state)
{
	pair_open();
	session("\x13", "-EAGAIN", "-EAGAIN");
	assert_int_equal(put(slave, "x"), -EAGAIN);
	assert_int_equal(polled(slave, POLLOUT), 0);
	put(master, "\x11");
	assert_int_equal(put(slave, "x"), 1);
	assert_int_equal(control(slave, TCXONC, (void *)TCOOFF), 0);
	assert_int_equal(put(slave, "x"), -EAGAIN);
	set(0, IXANY);
	put(master, "a");
	assert_int_equal(put(slave, "x"), 1);
	assert_string_equal(got(master), "xax");
	assert_int_equal(control(slave, TCXONC, (void *)TCIOFF), 0);
	assert_string_equal(got(master), "\x13");
	assert_int_equal(control(slave, TCXONC, (void *)9), -EINVAL);
}

static void
test_signals_of_characters(void **state)
{
	pair_open();
	leader->process->terminal = other->process->terminal = NULL;
	assert_int_equal(control(slave, TIOCSCTTY, 0), 0);
	session("ab\x03" "c\n", "^Cc\r\n", "c\n");
	assert_int_equal(signals.number, SIGINT);
	assert_int_equal(signals.group, 7);
	session("\x1c\n", "^\\\r\n", "\n");
	assert_int_equal(signals.number, SIGQUIT);
	set(NOFLSH, 0);
	session("ab\x1a" "c\n", "ab^Zc\r\n", "abc\n");
	assert_int_equal(signals.number, SIGTSTP);
	set(ISIG, 0);
	session("\x03\n", "^C\r\n", "\x03\n");
	assert_int_equal(control(master, TIOCSIG, (void *)SIGINT), 0);
	assert_int_equal(control(master, TIOCSIG, (void *)SIGHUP), -EINVAL);
	assert_int_equal(signals.count, 4);
	assert_int_equal(control(slave, TIOCNOTTY, 0), 0);
}

static void
test_an_endless_line(void **state)
{
	static char line[5000], back[5000];

	pair_open();
	set(ECHO, 0);
	memset(line, 'a', sizeof(line));
	line[4998] = 'z';
	line[4999] = '\n';
	assert_int_equal(write_fd(leader, master, line, sizeof(line)), sizeof(line));
	assert_int_equal(read_fd(leader, slave, back, sizeof(back)), 4095);
	assert_int_equal(back[4094], '\n');
	assert_int_equal(back[4093], 'a');
}

static void
test_full_input(void **state)
{
	static char text[5000], back[5000];

	pair_open();
	set(ICANON | ECHO, 0);
	assert_int_equal(write_fd(leader, master, text, sizeof(text)), 4095);
	assert_int_equal(put(master, "x"), -EAGAIN);
	assert_int_equal(polled(master, POLLOUT), 0);
	assert_int_equal(read_fd(leader, slave, back, 10), 10);
	assert_int_equal(polled(master, POLLOUT), POLLOUT);
	assert_int_equal(put(master, "x"), 1);
	assert_int_equal(control(slave, TCFLSH, (void *)TCIFLUSH), 0);
	assert_string_equal(got(slave), "-EAGAIN");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_line),
		TEST(test_a_long_line_comes_in_parts),
		TEST(test_erase),
		TEST(test_erase_without_erasing_echo),
		TEST(test_erase_in_utf8),
		TEST(test_literal_and_reprint),
		TEST(test_end_of_file),
		TEST(test_other_ends_of_lines),
		TEST(test_no_echo),
		TEST(test_raw),
		TEST(test_raw_counts_and_times),
		TEST(test_what_is_there_stays_between_modes),
		TEST(test_output),
		TEST(test_flow),
		TEST(test_signals_of_characters),
		TEST(test_an_endless_line),
		TEST(test_full_input),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
