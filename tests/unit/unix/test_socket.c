/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets: streams, packets, datagrams, names, connections; each error. */
#include "socket_world.h"

/* --- streams ---------------------------------------------------------------------------------------------------------------------------------- */

static void
test_streams(void **state)
{
	pair(SOCK_STREAM);
	assert_int_equal(put(s[0], "to"), 2);
	assert_int_equal(put(s[0], "gether"), 6);
	assert_string_equal(got(s[1]), "together");
	assert_int_equal(put(s[1], "back"), 4);
	assert_string_equal(got(s[0]), "back");
	flag(s[0], O_NONBLOCK);
	assert_string_equal(got(s[0]), "-EAGAIN");
	assert_int_equal(unix_recvfrom(leader, s[1], P(&address), 1, MSG_DONTWAIT, 0, 0), -EAGAIN);
	assert_int_equal(unix_recvfrom(leader, s[1], P(&address), 1, MSG_OOB, 0, 0), -EINVAL);
	assert_int_equal(unix_sendto(leader, s[1], P("x"), 1, MSG_OOB, 0, 0), -EOPNOTSUPP);
}

static void
test_a_stream_is_bounded(void **state)
{
	static char large[2 * ROOM], back[2 * ROOM];
	int bytes = 0;

	pair(SOCK_STREAM | SOCK_NONBLOCK);
	for (unsigned i = 0; i < sizeof(large); i++)
		large[i] = (char)(i * 7 + i / 4096);
	assert_int_equal(write_fd(leader, s[0], large, sizeof(large)), ROOM);
	assert_int_equal(put(s[0], "x"), -EAGAIN);
	assert_int_equal(polled(s[0], POLLOUT), 0);
	assert_int_equal(control(s[1], FIONREAD, &bytes), 0);
	assert_int_equal(bytes, ROOM);
	assert_int_equal(control(s[0], TIOCOUTQ, &bytes), 0);
	assert_int_equal(bytes, ROOM);
	assert_int_equal(read_fd(leader, s[1], back, sizeof(back)), ROOM);
	assert_memory_equal(back, large, ROOM);
	assert_int_equal(polled(s[0], POLLOUT), POLLOUT);
	assert_int_equal(control(s[0], TCGETS, &bytes), -ENOTTY);
}

static void
test_peek_and_wait_for_all(void **state)
{
	char text[8] = "";

	pair(SOCK_STREAM);
	put(s[0], "abcd");
	assert_int_equal(unix_recvfrom(leader, s[1], P(text), 3, MSG_PEEK, 0, 0), 3);
	assert_string_equal(text, "abc");
	assert_int_equal(unix_shutdown(leader, s[0], SHUT_WR), 0);
	assert_int_equal(unix_recvfrom(leader, s[1], P(text), 7, MSG_WAITALL, 0, 0), 4);
	assert_string_equal(text, "abcd");
	assert_string_equal(got(s[1]), "");
	assert_int_equal(put(s[0], "x"), -EPIPE);
	assert_int_equal(signals.number, SIGPIPE);
	assert_int_equal(unix_sendto(leader, s[0], P("x"), 1, MSG_NOSIGNAL, 0, 0), -EPIPE);
	assert_int_equal(signals.count, 1);
	assert_int_equal(put(s[1], "still"), 5);
	assert_string_equal(got(s[0]), "still");
	assert_int_equal(unix_shutdown(leader, s[0], 3), -EINVAL);
}

static void
test_the_other_end_leaves(void **state)
{
	int error;
	socklen_t bytes = sizeof(error);

	pair(SOCK_STREAM);
	put(s[0], "last");
	close_fd(s[0]);
	assert_int_equal(polled(s[1], POLLIN | POLLOUT | POLLRDHUP), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
	assert_string_equal(got(s[1]), "last");
	assert_string_equal(got(s[1]), "");
	assert_int_equal(put(s[1], "x"), -EPIPE);
	close_fd(s[1]);
	pair(SOCK_STREAM);
	put(s[0], "unread");
	close_fd(s[1]);
	assert_int_equal(polled(s[0], POLLIN), POLLIN | POLLERR | POLLHUP);
	assert_string_equal(got(s[0]), "-ECONNRESET");
	assert_string_equal(got(s[0]), "");
	assert_int_equal(unix_getsockopt(leader, s[0], SOL_SOCKET, SO_ERROR, P(&error), P(&bytes)), 0);
	assert_int_equal(error, 0);
}

static void
writer_comes(struct task *t)
{
	host_lock(t);
	put(s[0], "later");
	host_unlock(t);
}

static void
test_waiting(void **state)
{
	struct timeval limit = { 2, 500000 };
	socklen_t bytes = sizeof(limit);

	pair(SOCK_STREAM);
	fake_meanwhile = writer_comes;
	assert_string_equal(got(s[1]), "later");
	fake_meanwhile = NULL;
	assert_int_equal(unix_setsockopt(leader, s[1], SOL_SOCKET, SO_RCVTIMEO, P(&limit), sizeof(limit)), 0);
	assert_int_equal(unix_getsockopt(leader, s[1], SOL_SOCKET, SO_RCVTIMEO, P(&limit), P(&bytes)), 0);
	assert_int_equal(limit.tv_usec, 500000);
	assert_string_equal(got(s[1]), "-EAGAIN");
	assert_int_equal(fake_clock, 2500000000);
}

/* --- packets and datagrams ------------------------------------------------------------------------------------------------------------------ */

static void
test_packets_are_bounded(void **state)
{
	char text[8] = "";
	int bytes = 0;

	pair(SOCK_SEQPACKET);
	put(s[0], "one");
	put(s[0], "second");
	assert_string_equal(got(s[1]), "one");
	control(s[1], FIONREAD, &bytes);
	assert_int_equal(bytes, 6);
	assert_int_equal(unix_recvfrom(leader, s[1], P(text), 3, MSG_PEEK | MSG_TRUNC, 0, 0), 6);
	assert_int_equal(unix_recvfrom(leader, s[1], P(text), 3, 0, 0, 0), 3);
	flag(s[1], O_NONBLOCK);
	assert_string_equal(got(s[1]), "-EAGAIN");
	close_fd(s[0]);
	assert_string_equal(got(s[1]), "");
	assert_int_equal(put(s[1], "x"), -EPIPE);
}

static void
test_datagrams_are_few(void **state)
{
	static char large[ROOM];
	int sent = 0;

	pair(SOCK_DGRAM | SOCK_NONBLOCK);
	while (put(s[0], "") == 0 && sent < 1000)
		sent++;
	assert_int_equal(sent, 278);
	assert_int_equal(put(s[0], "x"), -EAGAIN);
	assert_int_equal(polled(s[0], POLLOUT), 0);
	address.sun_family = AF_UNSPEC;
	assert_int_equal(unix_connect(leader, s[1], P(&address), 2), 0);
	while (sent-- > 11)
		assert_string_equal(got(s[1]), "");
	assert_int_equal(put(s[0], "x"), -EAGAIN);
	assert_int_equal(polled(s[0], POLLOUT), 0);
	assert_string_equal(got(s[1]), "");
	assert_int_equal(polled(s[0], POLLOUT), POLLOUT);
	assert_int_equal(write_fd(leader, s[0], large, ROOM), -EMSGSIZE);
	assert_int_equal(write_fd(leader, s[0], (void *)BAD, 3), -EFAULT);
	close_fd(s[1]);
	assert_int_equal(put(s[0], "x"), -ECONNREFUSED);
	assert_int_equal(put(s[0], "x"), -ENOTCONN);
}

static void
test_datagrams_have_senders(void **state)
{
	struct sockaddr_un from;
	socklen_t bytes = sizeof(from);
	char text[8];
	int a = socket_fd(SOCK_DGRAM), b = socket_fd(SOCK_DGRAM), c = socket_fd(SOCK_DGRAM | SOCK_NONBLOCK), n = name("a");

	assert_int_equal(unix_bind(leader, a, P(&address), n), 0);
	assert_int_equal(unix_sendto(leader, b, P("hi"), 2, 0, P(&address), (uint32_t)n), 2);
	assert_int_equal(unix_recvfrom(leader, a, P(text), 8, 0, P(&from), P(&bytes)), 2);
	assert_int_equal(bytes, 0);
	name("b");
	assert_int_equal(unix_bind(leader, b, P(&address), n), 0);
	name("a");
	assert_int_equal(unix_sendto(leader, b, P("hi"), 2, 0, P(&address), (uint32_t)n), 2);
	bytes = sizeof(from);
	assert_int_equal(unix_recvfrom(leader, a, P(text), 8, 0, P(&from), P(&bytes)), 2);
	assert_int_equal(bytes, n);
	assert_int_equal(from.sun_path[1], 'b');
	assert_int_equal(put(c, "x"), -ENOTCONN);
	assert_int_equal(connect_to(a, "b"), 0);
	assert_int_equal(connect_to(c, "a"), -EPERM);
	assert_int_equal(unix_sendto(leader, c, P("x"), 1, 0, P(&address), (uint32_t)n), -EPERM);
	assert_int_equal(connect_to(c, "none"), -ECONNREFUSED);
	address.sun_family = AF_UNSPEC;
	assert_int_equal(unix_connect(leader, a, P(&address), 2), 0);
	assert_int_equal(put(a, "x"), -ENOTCONN);
	assert_int_equal(unix_listen(leader, a, 1), -EOPNOTSUPP);
	assert_int_equal(unix_accept(leader, a, 0, 0), -EOPNOTSUPP);
	assert_int_equal(unix_shutdown(leader, a, SHUT_RD), 0);
	name("a");
	assert_int_equal(unix_sendto(leader, c, P("x"), 1, MSG_NOSIGNAL, P(&address), (uint32_t)n), -EPIPE);
}

/* --- connections ------------------------------------------------------------------------------------------------------------------------------- */

static void
test_connections(void **state)
{
	struct ucred who;
	struct sockaddr_un told;
	socklen_t bytes = sizeof(who);
	int l = listener(SOCK_STREAM | SOCK_NONBLOCK, "server", 0), a = socket_fd(SOCK_STREAM | SOCK_NONBLOCK), b = socket_fd(SOCK_STREAM), value;

	assert_int_equal(polled(l, POLLIN), 0);
	assert_int_equal(unix_accept(leader, l, 0, 0), -EAGAIN);
	assert_int_equal(connect_to(b, "server"), 0);
	assert_int_equal(polled(l, POLLIN), POLLIN);
	assert_int_equal(connect_to(a, "server"), -EAGAIN);
	put(b, "early");
	s[0] = (int)unix_accept4(leader, l, 0, 0, SOCK_CLOEXEC);
	assert_string_equal(got(s[0]), "early");
	assert_int_equal(connect_to(b, "server"), -EISCONN);
	assert_int_equal(connect_to(a, "server"), 0);
	assert_int_equal(unix_getsockopt(leader, b, SOL_SOCKET, SO_PEERCRED, P(&who), P(&bytes)), 0);
	assert_int_equal(who.pid, 7);
	bytes = sizeof(told);
	assert_int_equal(unix_getpeername(leader, b, P(&told), P(&bytes)), 0);
	assert_int_equal(bytes, name("server"));
	assert_string_equal(told.sun_path + 1, "server");
	bytes = sizeof(told);
	assert_int_equal(unix_getpeername(leader, s[0], P(&told), P(&bytes)), 0);
	assert_int_equal(bytes, 2);
	bytes = sizeof(value);
	unix_getsockopt(leader, l, SOL_SOCKET, SO_ACCEPTCONN, P(&value), P(&bytes));
	assert_int_equal(value, 1);
	close_fd(l);
	assert_int_equal(polled(a, POLLIN), POLLIN | POLLERR | POLLHUP);
	assert_string_equal(got(a), "-ECONNRESET");
	assert_int_equal(connect_to(socket_fd(SOCK_STREAM), "server"), -ECONNREFUSED);
}

static int server;

static void
server_accepts(struct task *t)
{
	host_lock(t);
	unix_accept(leader, server, 0, 0);
	host_unlock(t);
}

static void
client_connects(struct task *t)
{
	host_lock(t);
	assert_int_equal(connect_to(s[0], "server"), 0);
	host_unlock(t);
}

static void
test_connections_wait(void **state)
{
	server = listener(SOCK_STREAM, "server", 0);
	s[0] = socket_fd(SOCK_STREAM);
	s[1] = socket_fd(SOCK_STREAM);
	fake_meanwhile = client_connects;
	assert_true(unix_accept(leader, server, 0, 0) >= 0);
	assert_int_equal(connect_to(s[1], "server"), 0);
	fake_meanwhile = server_accepts;
	assert_int_equal(connect_to(socket_fd(SOCK_STREAM), "server"), 0);
}

static void
test_errors_of_connections(void **state)
{
	int l = listener(SOCK_STREAM, "server", 5), fd = socket_fd(SOCK_STREAM), n = name("server");
	struct sockaddr_un told;
	socklen_t bytes = sizeof(told);

	assert_int_equal(unix_bind(leader, fd, P(&address), n), -EADDRINUSE);
	assert_int_equal(unix_bind(leader, l, P(&address), n), -EINVAL);
	assert_int_equal(unix_bind(leader, fd, BAD, n), -EFAULT);
	assert_int_equal(unix_bind(leader, fd, P(&address), 1), -EINVAL);
	assert_int_equal(unix_bind(leader, fd, P(&address), 111), -EINVAL);
	address.sun_family = AF_INET;
	assert_int_equal(unix_bind(leader, fd, P(&address), n), -EINVAL);
	assert_int_equal(unix_connect(leader, fd, P(&address), n), -EINVAL);
	assert_int_equal(unix_listen(leader, fd, 1), -EINVAL);
	assert_int_equal(unix_accept(leader, fd, 0, 0), -EINVAL);
	assert_int_equal(unix_accept4(leader, l, 0, 0, 7), -EINVAL);
	assert_int_equal(unix_getpeername(leader, fd, P(&told), P(&bytes)), -ENOTCONN);
	assert_string_equal(got(fd), "-EINVAL");
	assert_int_equal(put(fd, "x"), -ENOTCONN);
	assert_int_equal(polled(fd, POLLIN | POLLOUT), POLLOUT | POLLHUP);
	n = name("server");
	assert_int_equal(unix_sendto(leader, fd, P("x"), 1, 0, P(&address), (uint32_t)n), -EOPNOTSUPP);
	assert_int_equal(connect_to(fd, "server"), 0);
	assert_int_equal(unix_sendto(leader, fd, P("x"), 1, 0, P(&address), (uint32_t)n), -EISCONN);
	assert_int_equal(unix_bind(leader, fd, P(&address), 2), 0);
	assert_int_equal(unix_getsockname(leader, fd, P(&told), P(&bytes)), 0);
	assert_int_equal(bytes, 8);
	bytes = (socklen_t)-1;
	assert_int_equal(unix_getsockname(leader, fd, P(&told), P(&bytes)), -EINVAL);
	assert_int_equal(unix_getsockname(leader, fd, BAD, P(&bytes)), -EINVAL);
	assert_int_equal(unix_connect(leader, 99, P(&address), n), -EBADF);
	int end[2];
	unix_pipe(leader, P(end));
	assert_int_equal(unix_listen(leader, end[0], 1), -ENOTSOCK);
	int packets = socket_fd(SOCK_SEQPACKET);
	assert_string_equal(got(packets), "-ENOTCONN");
	assert_int_equal(connect_to(packets, "server"), -ECONNREFUSED);
}

static void
test_kinds_of_sockets(void **state)
{
	assert_int_equal(unix_socket(leader, AF_INET, SOCK_STREAM, 0), -EAFNOSUPPORT);
	assert_int_equal(unix_socket(leader, AF_UNIX, SOCK_STREAM, 99), -EPROTONOSUPPORT);
	assert_int_equal(unix_socket(leader, AF_UNIX, SOCK_RDM, 0), -ESOCKTNOSUPPORT);
	assert_int_equal(unix_socket(leader, AF_UNIX, 0x1000 | SOCK_STREAM, 0), -EINVAL);
	assert_int_equal(unix_socketpair(leader, AF_INET, SOCK_STREAM, 0, P(s)), -EAFNOSUPPORT);
	assert_int_equal(unix_socketpair(leader, AF_UNIX, SOCK_STREAM, 0, BAD), -EFAULT);
	assert_null(file_of(leader, 0));
}

static void
test_options(void **state)
{
	int value = 100, linger[2];
	socklen_t bytes = sizeof(value);

	pair(SOCK_STREAM);
	assert_int_equal(unix_setsockopt(leader, s[0], SOL_SOCKET, SO_SNDBUF, P(&value), 4), 0);
	unix_getsockopt(leader, s[0], SOL_SOCKET, SO_SNDBUF, P(&value), P(&bytes));
	assert_int_equal(value, 4608);
	value = 20000;
	assert_int_equal(unix_setsockopt(leader, s[0], SOL_SOCKET, SO_RCVBUF, P(&value), 4), 0);
	unix_getsockopt(leader, s[0], SOL_SOCKET, SO_RCVBUF, P(&value), P(&bytes));
	assert_int_equal(value, 40000);
	flag(s[1], O_NONBLOCK);
	static char large[ROOM];
	assert_int_equal(write_fd(leader, s[1], large, ROOM), 40960);
	value = 1;
	assert_int_equal(unix_setsockopt(leader, s[0], SOL_SOCKET, SO_KEEPALIVE, P(&value), 4), 0);
	value = 0;
	unix_getsockopt(leader, s[0], SOL_SOCKET, SO_KEEPALIVE, P(&value), P(&bytes));
	assert_int_equal(value, 1);
	unix_getsockopt(leader, s[0], SOL_SOCKET, SO_TYPE, P(&value), P(&bytes));
	assert_int_equal(value, SOCK_STREAM);
	unix_getsockopt(leader, s[0], SOL_SOCKET, SO_DOMAIN, P(&value), P(&bytes));
	assert_int_equal(value, AF_UNIX);
	bytes = sizeof(linger);
	assert_int_equal(unix_getsockopt(leader, s[0], SOL_SOCKET, SO_LINGER, P(linger), P(&bytes)), 0);
	assert_int_equal(unix_getsockopt(leader, s[0], SOL_SOCKET, 9999, P(&value), P(&bytes)), -ENOPROTOOPT);
	assert_int_equal(unix_setsockopt(leader, s[0], SOL_SOCKET, 9999, P(&value), 4), -ENOPROTOOPT);
	assert_int_equal(unix_getsockopt(leader, s[0], 6, 1, P(&value), P(&bytes)), -EOPNOTSUPP);
	assert_int_equal(unix_setsockopt(leader, s[0], 6, 1, P(&value), 4), -EOPNOTSUPP);
	assert_int_equal(unix_setsockopt(leader, s[0], SOL_SOCKET, SO_PASSCRED, P(&value), 3), -EINVAL);
	assert_int_equal(unix_setsockopt(leader, s[0], SOL_SOCKET, SO_PASSCRED, BAD, 4), -EFAULT);
	assert_int_equal(unix_getsockopt(leader, s[0], SOL_SOCKET, SO_TYPE, P(&value), BAD), -EFAULT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_streams),
		TEST(test_a_stream_is_bounded),
		TEST(test_peek_and_wait_for_all),
		TEST(test_the_other_end_leaves),
		TEST(test_waiting),
		TEST(test_packets_are_bounded),
		TEST(test_datagrams_are_few),
		TEST(test_datagrams_have_senders),
		TEST(test_connections),
		TEST(test_connections_wait),
		TEST(test_errors_of_connections),
		TEST(test_kinds_of_sockets),
		TEST(test_options),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
