/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminals: the line discipline as n_tty's, two sides of pseudo terminals, job control, settings; each error. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <cmocka.h>
#include <unix/unix.h>
#include "terminal/objects.h"
#include "terminal_world.h"

#include <asm/termbits.h>

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

static int master, slave;

/* Opened by the leader; without a place in the tree. */
static int
terminal_fd(enum terminal_name name, unsigned number, uint32_t flags)
{
	struct file *f = file_make(FILE_EVENT, O_RDWR | flags);

	f->flags |= flags & O_NOCTTY;
	int error = terminal_open(leader, f, name, number);
	if (error) {
		file_drop(f);
		return error;
	}
	return file_install(leader, f, 0);
}

static void
pair_open(void)
{
	int unlock = 0, number = 0;

	master = terminal_fd(TERMINAL_MASTER, 0, O_NONBLOCK);
	assert_int_equal(terminal_fd(TERMINAL_SLAVE, 0, O_NOCTTY), -EIO);
	assert_int_equal(control(master, TIOCSPTLCK, &unlock), 0);
	assert_int_equal(control(master, TIOCGPTN, &number), 0);
	slave = terminal_fd(TERMINAL_SLAVE, (unsigned)number, O_NOCTTY | O_NONBLOCK);
	assert_true(slave >= 0);
}

static struct termios settings;

/* Bits of c_lflag and c_iflag that are other than those at the beginning. */
static void
set(tcflag_t local, tcflag_t input)
{
	assert_int_equal(control(slave, TCGETS, &settings), 0);
	settings.c_lflag ^= local;
	settings.c_iflag ^= input;
	assert_int_equal(control(slave, TCSETS, &settings), 0);
}

/* What is typed, what is echoed, what is read. */
static void
session(const char *typed, const char *echo, const char *line)
{
	char seen[256];

	assert_int_equal(put(master, typed), strlen(typed));
	strcpy(seen, got(master));
	assert_string_equal(seen, echo);
	assert_string_equal(got(slave), line);
}

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

/* --- two sides ------------------------------------------------------------------------------------------------------------------------------ */

static void
test_full_output(void **state)
{
	static char text[70000], back[70000];
	int bytes;

	pair_open();
	memset(text, 'x', sizeof(text));
	int64_t put_now = write_fd(leader, slave, text, sizeof(text));
	assert_true(put_now > 65000 && put_now < 65537);
	assert_int_equal(put(slave, "x"), -EAGAIN);
	assert_int_equal(polled(slave, POLLOUT), 0);
	assert_int_equal(control(slave, TIOCOUTQ, &bytes), 0);
	assert_int_equal(bytes, put_now);
	assert_int_equal(read_fd(leader, master, back, sizeof(back)), put_now);
	assert_int_equal(polled(slave, POLLOUT), POLLOUT);
	put(slave, "gone");
	assert_int_equal(control(slave, TCFLSH, (void *)TCOFLUSH), 0);
	assert_string_equal(got(master), "-EAGAIN");
	assert_int_equal(control(slave, TCFLSH, (void *)TCIOFLUSH), 0);
	assert_int_equal(control(slave, TCFLSH, (void *)7), -EINVAL);
}

static void
test_the_slave_leaves(void **state)
{
	pair_open();
	put(slave, "last");
	assert_int_equal(polled(master, POLLIN), POLLIN);
	close_fd(slave);
	assert_int_equal(polled(master, POLLIN), POLLIN | POLLHUP);
	assert_string_equal(got(master), "last");
	assert_string_equal(got(master), "-EIO");
	slave = terminal_fd(TERMINAL_SLAVE, 0, O_NOCTTY);
	assert_string_equal(got(master), "-EAGAIN");
}

static void
test_the_master_leaves(void **state)
{
	pair_open();
	leader->process->terminal = other->process->terminal = NULL;
	control(slave, TIOCSCTTY, 0);
	other->process->terminal = leader->process->terminal;
	assert_true(terminal_exists(0));
	close_fd(master);
	assert_false(terminal_exists(0));
	assert_int_equal(signals.number, SIGCONT);
	assert_int_equal(signals.count, 2);
	assert_null(other->process->terminal);
	assert_string_equal(got(slave), "");
	assert_int_equal(put(slave, "x"), -EIO);
	assert_int_equal(control(slave, TCGETS, &settings), -EIO);
	assert_int_equal(control(slave, TIOCSPGRP, &settings), -ENOTTY);
	assert_int_equal(polled(slave, POLLIN | POLLOUT), POLLIN | POLLOUT | POLLERR | POLLHUP);
	assert_int_equal(terminal_fd(TERMINAL_SLAVE, 0, O_NOCTTY), -ENXIO);
}

static void
test_numbers(void **state)
{
	int first = terminal_fd(TERMINAL_MASTER, 0, 0), second = terminal_fd(TERMINAL_MASTER, 0, 0), number;

	control(second, TIOCGPTN, &number);
	assert_int_equal(number, 1);
	close_fd(first);
	first = terminal_fd(TERMINAL_MASTER, 0, 0);
	control(first, TIOCGPTN, &number);
	assert_int_equal(number, 0);
	assert_int_equal(terminal_device(shared->terminal.pseudo[1]), 136 << 8 | 1);
	assert_int_equal(terminal_device(shared->terminal.console), 5 << 8 | 1);
	assert_int_equal(terminal_device(NULL), 0);
	for (unsigned i = 2; i < TERMINALS; i++)
		assert_true(terminal_fd(TERMINAL_MASTER, 0, 0) >= 0);
	assert_int_equal(terminal_fd(TERMINAL_MASTER, 0, 0), -ENOSPC);
	assert_int_equal(terminal_fd(TERMINAL_SLAVE, TERMINALS, 0), -ENXIO);
}

static void
test_console(void **state)
{
	int fd = terminal_fd(TERMINAL_CONSOLE, 0, O_NONBLOCK);

	host_unlock(leader);
	unix_console_input("ls\r", 3);
	host_lock(leader);
	assert_string_equal(got(fd), "ls\n");
	put(fd, "a\n");
	assert_memory_equal(fake_console, "ls\r\na\r\n", 7);
	assert_int_equal(fake_console_bytes, 7);
}

/* --- job control ---------------------------------------------------------------------------------------------------------------------------- */

static void
test_background_reads_and_writes(void **state)
{
	char text[4];
	int fd = terminal_fd(TERMINAL_OWN, 0, O_NONBLOCK), of_other;

	file_hold(file_of(leader, fd));
	of_other = file_install(other, file_of(leader, fd), 0);
	assert_int_equal(read_fd(other, of_other, text, 1), -ERESTARTSYS);
	assert_int_equal(signals.number, SIGTTIN);
	assert_int_equal(signals.group, 9);
	assert_int_equal(write_fd(other, of_other, "x", 1), 1);
	slave = fd;
	set(TOSTOP, 0);
	assert_int_equal(write_fd(other, of_other, "x", 1), -ERESTARTSYS);
	assert_int_equal(signals.number, SIGTTOU);
	world_ignored = true;
	assert_int_equal(read_fd(other, of_other, text, 1), -EIO);
	assert_int_equal(write_fd(other, of_other, "x", 1), 1);
	world_ignored = false;
	world_orphaned = true;
	assert_int_equal(read_fd(other, of_other, text, 1), -EIO);
	assert_int_equal(write_fd(other, of_other, "x", 1), -EIO);
	assert_int_equal(signals.count, 2);
	set(TOSTOP, 0);
}

static void
test_foreground(void **state)
{
	int fd = terminal_fd(TERMINAL_OWN, 0, 0);
	int32_t group = 9, told;

	assert_int_equal(control(fd, TIOCSPGRP, &group), 0);
	assert_int_equal(control(fd, TIOCGPGRP, &told), 0);
	assert_int_equal(told, 9);
	assert_int_equal(control(fd, TIOCGSID, &told), 0);
	assert_int_equal(told, 7);
	assert_int_equal(control(fd, TIOCSPGRP, &group), -ERESTARTSYS);
	assert_int_equal(control(fd, TCSETS, &settings), -ERESTARTSYS);
	world_orphaned = true;
	assert_int_equal(control(fd, TIOCSPGRP, &group), -ENOTTY);
	assert_int_equal(control(fd, TCFLSH, 0), -EIO);
	world_ignored = true;
	group = -1;
	assert_int_equal(control(fd, TIOCSPGRP, &group), -EINVAL);
	assert_int_equal(control(fd, TIOCSPGRP, (void *)BAD), -EFAULT);
	group = 1234;
	assert_int_equal(control(fd, TIOCSPGRP, &group), -ESRCH);
	other->process->session = 8;
	group = 9;
	assert_int_equal(control(fd, TIOCSPGRP, &group), -EPERM);
}

static void
test_whose_terminal(void **state)
{
	int32_t told = 7;

	pair_open();
	assert_int_equal(control(slave, TIOCGPGRP, &told), -ENOTTY);
	assert_int_equal(control(slave, TIOCGSID, &told), -ENOTTY);
	assert_int_equal(control(slave, TIOCSPGRP, &told), -ENOTTY);
	assert_int_equal(control(slave, TIOCNOTTY, 0), -ENOTTY);
	assert_int_equal(control(slave, TIOCSCTTY, 0), -EPERM);
	int console = terminal_fd(TERMINAL_OWN, 0, 0);
	assert_int_equal(control(console, TIOCSCTTY, 0), 0);
	assert_int_equal(control(console, TIOCNOTTY, 0), 0);
	assert_int_equal(signals.number, SIGCONT);
	assert_null(other->process->terminal);
	assert_int_equal(terminal_fd(TERMINAL_OWN, 0, 0), -ENXIO);
	int again = terminal_fd(TERMINAL_SLAVE, 0, 0);
	assert_ptr_equal(leader->process->terminal, shared->terminal.pseudo[0]);
	assert_int_equal(control(again, TIOCGSID, &told), 0);
	leader->process->terminal = NULL;
	shared->terminal.pseudo[0]->session = 77;
	assert_int_equal(control(slave, TIOCSCTTY, 0), -EPERM);
	assert_int_equal(control(slave, TIOCSCTTY, (void *)1), 0);
	terminal_leave(leader->process);
	assert_int_equal(shared->terminal.pseudo[0]->session, 0);
}

static void
test_window(void **state)
{
	struct winsize size = { 50, 132, 0, 0 }, told;
	int fd = terminal_fd(TERMINAL_OWN, 0, 0);

	assert_int_equal(control(fd, TIOCSWINSZ, &size), 0);
	assert_int_equal(signals.number, SIGWINCH);
	assert_int_equal(control(fd, TIOCSWINSZ, &size), 0);
	assert_int_equal(signals.count, 1);
	assert_int_equal(control(fd, TIOCGWINSZ, &told), 0);
	assert_int_equal(told.ws_col, 132);
	assert_int_equal(control(fd, TIOCSWINSZ, (void *)BAD), -EFAULT);
	assert_int_equal(control(fd, TIOCGWINSZ, (void *)BAD), -EFAULT);
}

static void
test_other_requests(void **state)
{
	int value;

	pair_open();
	assert_int_equal(control(slave, 0x1234, &value), -ENOTTY);
	assert_int_equal(control(slave, TIOCGPTN, &value), -ENOTTY);
	assert_int_equal(control(slave, TCSETS, (void *)BAD), -EFAULT);
	assert_int_equal(control(slave, TCSBRK, (void *)1), 0);
	assert_int_equal(control(slave, TIOCGETD, &value), 0);
	assert_int_equal(value, 0);
	put(master, "abc");
	put(master, "\n");
	assert_int_equal(control(slave, FIONREAD, &value), 0);
	assert_int_equal(value, 4);
	assert_int_equal(control(slave, TCSETSF, &settings), 0);
	assert_string_equal(got(slave), "-EAGAIN");
	assert_int_equal(control(slave, TIOCSTI, "x"), 0);
	leader->process->who.euid = 5;
	assert_int_equal(control(slave, TIOCSTI, "x"), -EPERM);
	assert_int_equal(control(slave, TIOCEXCL, 0), 0);
	assert_int_equal(control(slave, TIOCGEXCL, &value), 0);
	assert_int_equal(value, 1);
	assert_int_equal(terminal_fd(TERMINAL_SLAVE, 0, O_NOCTTY), -EBUSY);
	assert_int_equal(control(slave, TIOCNXCL, 0), 0);
	value = control(master, TIOCGPTPEER, (void *)(O_RDWR | O_NOCTTY));
	assert_true(value >= 0);
	assert_int_equal(control(value, TIOCGETD, &value), 0);
	assert_int_equal(control(master, TIOCGPTLCK, &value), 0);
	assert_int_equal(value, 0);
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
		TEST(test_full_output),
		TEST(test_the_slave_leaves),
		TEST(test_the_master_leaves),
		TEST(test_numbers),
		TEST(test_console),
		TEST(test_background_reads_and_writes),
		TEST(test_foreground),
		TEST(test_whose_terminal),
		TEST(test_window),
		TEST(test_other_requests),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
