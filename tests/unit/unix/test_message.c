/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets: what travels with bytes; each error. */
#include "socket_world.h"

/* --- what travels with bytes ------------------------------------------------------------------------------------------------------------------- */

/* A message with bytes TEXT and, unless it is -1, descriptor FD. */
static int64_t
send_fd(int to, const char *text, int fd)
{
	union { struct cmsghdr h; char room[CMSG_SPACE(sizeof(int))]; } u = { .h = { CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS } };
	struct iovec piece = { (char *)text, strlen(text) };
	struct msghdr m = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = fd == -1 ? NULL : &u, .msg_controllen = fd == -1 ? 0 : sizeof(u) };

	memcpy(CMSG_DATA(&u.h), &fd, sizeof(fd));
	return unix_sendmsg(leader, to, P(&m), 0);
}

static char text[64];
static int flags;
static union { struct cmsghdr h; char room[sizeof(struct cmsghdr) + 64]; } came;
static size_t came_bytes;

static int64_t
receive(int from, uint64_t bytes, uint64_t room, int how)
{
	struct iovec piece = { text, bytes };
	struct msghdr m = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &came, .msg_controllen = room };

	memset(text, 0, sizeof(text));
	memset(&came, 0, sizeof(came));
	int64_t got_now = unix_recvmsg(leader, from, P(&m), how);
	flags = m.msg_flags;
	came_bytes = m.msg_controllen;
	return got_now;
}

static int
came_fd(void)
{
	int fd;

	assert_int_equal(came.h.cmsg_type, SCM_RIGHTS);
	assert_int_equal(came.h.cmsg_len, CMSG_LEN(sizeof(fd)));
	memcpy(&fd, CMSG_DATA(&came.h), sizeof(fd));
	return fd;
}

static void
test_descriptors_travel(void **state)
{
	int end[2];

	pair(SOCK_STREAM);
	unix_pipe(leader, P(end));
	assert_int_equal(send_fd(s[0], "with", end[1]), 4);
	close_fd(end[1]);
	assert_int_equal(receive(s[1], 60, sizeof(came), 0), 4);
	assert_int_equal(flags, 0);
	assert_int_equal(put(came_fd(), "through"), 7);
	assert_string_equal(got(end[0]), "through");
	close_fd(came_fd());
	assert_string_equal(got(end[0]), "");
}

/* Bytes before come with them, bytes behind do not. */
static void
test_descriptors_bound_a_read(void **state)
{
	pair(SOCK_STREAM);
	put(s[0], "before");
	send_fd(s[0], "with", s[0]);
	put(s[0], "behind");
	assert_int_equal(receive(s[1], 60, sizeof(came), 0), 10);
	assert_string_equal(text, "beforewith");
	close_fd(came_fd());
	assert_int_equal(receive(s[1], 60, sizeof(came), 0), 6);
	assert_int_equal(came_bytes, 0);
	send_fd(s[0], "one", s[0]);
	send_fd(s[0], "two", s[0]);
	assert_int_equal(receive(s[1], 2, sizeof(came), 0), 2);
	close_fd(came_fd());
	assert_int_equal(receive(s[1], 60, sizeof(came), 0), 4);
	assert_string_equal(text, "etwo");
}

static void
test_descriptors_are_not_lost(void **state)
{
	int end[2];

	pair(SOCK_STREAM);
	unix_pipe(leader, P(end));
	send_fd(s[0], "a", end[1]);
	close_fd(end[1]);
	assert_string_equal(got(s[1]), "a");
	assert_string_equal(got(end[0]), "");
	unix_pipe(leader, P(end));
	send_fd(s[0], "b", end[1]);
	close_fd(end[1]);
	assert_int_equal(receive(s[1], 9, 19, 0), 1);
	assert_int_equal(flags, MSG_CTRUNC);
	assert_string_equal(got(end[0]), "");
	send_fd(s[0], "c", s[0]);
	send_fd(s[0], "d", s[1]);
	assert_int_equal(receive(s[1], 9, sizeof(came), MSG_PEEK | MSG_CMSG_CLOEXEC), 1);
	close_fd(came_fd());
	assert_int_equal(receive(s[1], 9, sizeof(came), 0), 1);
	close_fd(came_fd());
	leader->process->limit[7][0] = 1;
	assert_int_equal(receive(s[1], 9, sizeof(came), 0), 1);
	assert_int_equal(flags, MSG_CTRUNC);
}

/* Each socket waits in the next one's messages: closing the last ends them all, one after the other. */
static void
test_a_chain_of_sockets_ends(void **state)
{
	int inner[2];

	pair(SOCK_STREAM);
	for (unsigned i = 0; i < 3000; i++) {
		inner[0] = s[0];
		inner[1] = s[1];
		pair(SOCK_STREAM);
		send_fd(s[0], "x", inner[0]);
		send_fd(s[0], "x", inner[1]);
		close_fd(inner[0]);
		close_fd(inner[1]);
	}
}

static void
test_descriptors_with_packets(void **state)
{
	pair(SOCK_SEQPACKET);
	send_fd(s[0], "one", s[0]);
	put(s[0], "two");
	assert_int_equal(receive(s[1], 2, sizeof(came), 0), 2);
	assert_int_equal(flags, MSG_TRUNC);
	close_fd(came_fd());
	assert_int_equal(receive(s[1], 9, sizeof(came), 0), 3);
	assert_int_equal(flags, 0);
}

static void
test_credentials(void **state)
{
	int on = 1;
	struct ucred who;

	pair(SOCK_STREAM);
	put(s[0], "un");
	unix_setsockopt(leader, s[1], SOL_SOCKET, SO_PASSCRED, P(&on), sizeof(on));
	put(s[0], "known");
	assert_int_equal(receive(s[1], 60, sizeof(came), 0), 2);
	memcpy(&who, CMSG_DATA(&came.h), sizeof(who));
	assert_int_equal(who.pid, 0);
	assert_int_equal(who.uid, 65534);
	assert_int_equal(receive(s[1], 60, sizeof(came), 0), 5);
	memcpy(&who, CMSG_DATA(&came.h), sizeof(who));
	assert_int_equal(came.h.cmsg_type, SCM_CREDENTIALS);
	assert_int_equal(who.pid, 7);
	put(s[0], "x");
	assert_int_equal(receive(s[1], 60, 20, 0), 1);
	assert_int_equal(flags, MSG_CTRUNC);
	assert_int_equal(came_bytes, 20);
}

static int64_t
send_control(const void *control_data, size_t bytes)
{
	struct iovec piece = { "x", 1 };
	struct msghdr m = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = (void *)control_data, .msg_controllen = bytes };

	return unix_sendmsg(leader, s[0], P(&m), 0);
}

static void
test_errors_of_messages(void **state)
{
	static union { struct cmsghdr h; char room[CMSG_SPACE(sizeof(struct ucred))]; } c;
	static union { struct cmsghdr h; char room[CMSG_SPACE(400 * sizeof(int))]; } r;
	struct msghdr m = { .msg_iov = (void *)BAD, .msg_iovlen = 1 };

	c.h = (struct cmsghdr){ CMSG_LEN(sizeof(struct ucred)), SOL_SOCKET, SCM_CREDENTIALS };
	r.h = (struct cmsghdr){ CMSG_LEN(254 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS };
	((struct ucred *)CMSG_DATA(&c.h))->pid = 7;
	pair(SOCK_STREAM);
	assert_int_equal(send_fd(s[0], "x", 99), -EBADF);
	assert_int_equal(send_control(&r, sizeof(r)), -EINVAL);
	r.h.cmsg_len = CMSG_LEN(253 * sizeof(int));
	assert_int_equal(send_control(&r, CMSG_SPACE(253 * sizeof(int))), 1);
	assert_int_equal(receive(s[1], 9, sizeof(came), 0), 1);
	assert_int_equal(flags, MSG_CTRUNC);
	for (size_t i = 0; i < (came.h.cmsg_len - sizeof(came.h)) / sizeof(int); i++)
		close_fd(((int *)CMSG_DATA(&came.h))[i]);
	assert_int_equal(send_control(&c, sizeof(c)), 1);
	((struct ucred *)CMSG_DATA(&c.h))->pid = 1234;
	assert_int_equal(send_control(&c, sizeof(c)), -ESRCH);
	leader->process->who.euid = 5;
	assert_int_equal(send_control(&c, sizeof(c)), -EPERM);
	c.h.cmsg_len = 20;
	assert_int_equal(send_control(&c, sizeof(c)), -EINVAL);
	c.h.cmsg_len = 8;
	assert_int_equal(send_control(&c, sizeof(c)), -EINVAL);
	c.h.cmsg_len = 100;
	assert_int_equal(send_control(&c, sizeof(c)), -EINVAL);
	c.h.cmsg_len = CMSG_LEN(0);
	c.h.cmsg_type = 99;
	assert_int_equal(send_control(&c, sizeof(c)), -EINVAL);
	assert_int_equal(send_control((void *)BAD, sizeof(c)), -EFAULT);
	assert_int_equal(send_control(&c, 1 << 20), -ENOBUFS);
	assert_int_equal(unix_sendmsg(leader, s[0], BAD, 0), -EFAULT);
	assert_int_equal(unix_recvmsg(leader, s[0], BAD, 0), -EFAULT);
	assert_int_equal(unix_sendmsg(leader, s[0], P(&m), 0), -EFAULT);
	m.msg_iovlen = 5000;
	assert_true(unix_recvmsg(leader, s[0], P(&m), 0) < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_descriptors_travel),
		TEST(test_descriptors_bound_a_read),
		TEST(test_descriptors_are_not_lost),
		TEST(test_a_chain_of_sockets_ends),
		TEST(test_descriptors_with_packets),
		TEST(test_credentials),
		TEST(test_errors_of_messages),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
