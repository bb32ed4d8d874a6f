/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminals: two sides of pseudo terminals, job control, settings; each error. */
#include "pair_world.h"

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
	put(slave, "there");
	assert_int_equal(control(slave, TCFLSH, (void *)TCOFLUSH), 0);
	assert_string_equal(got(master), "there");
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
