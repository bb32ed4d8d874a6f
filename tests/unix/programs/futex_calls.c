/* SPDX-License-Identifier: BSD-2-Clause */
/* Futexes themselves, between processes and threads. */
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include "show.h"

enum { WAIT, WAKE, FD, REQUEUE, CMP_REQUEUE, WAKE_OP, LOCK_PI, WAIT_BITSET = 9, WAKE_BITSET, PRIVATE = 128, WALL = 256 };

static int *word;

#define FUTEX(at, operation, value, time, other, last) syscall(SYS_futex, at, operation, value, time, other, last)

static int
waiter(int *at, int operation, unsigned bits)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(FUTEX(at, operation, 0, NULL, NULL, bits) ? 50 + (errno == EAGAIN) : 0);
	return pid;
}

static void
ends(int count)
{
	int status, good = 0;

	for (int i = 0; i < count; i++) {
		DO(wait(&status));
		good += status == 0;
	}
	printf("%d of %d ended well\n", good, count);
}

static void *
robust(void *mutex)
{
	pthread_mutex_lock(mutex);
	return NULL;
}

int
main(void)
{
	struct timespec little = { 0, 10000000 }, bad = { 0, -1 }, past = { 1, 0 };
	pthread_mutexattr_t attributes;
	pthread_mutex_t mutex;
	pthread_t thread;

	setvbuf(stdout, NULL, _IOLBF, 0);
	word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	SHOW(FUTEX(word, WAIT, 1, NULL, NULL, 0));
	SHOW(FUTEX(word, WAIT, 0, &little, NULL, 0));
	SHOW(FUTEX(word, WAIT | PRIVATE, 0, &little, NULL, 0));
	SHOW(FUTEX(word, WAIT, 0, &bad, NULL, 0));
	SHOW(FUTEX(word, WAIT_BITSET, 0, &past, NULL, 1));
	SHOW(FUTEX(word, WAIT_BITSET | WALL, 0, &past, NULL, 1));
	SHOW(FUTEX(word, WAIT_BITSET, 0, NULL, NULL, 0));
	SHOW(FUTEX(word, WAKE_BITSET, 1, NULL, NULL, 0));
	SHOW(FUTEX((char *)word + 1, WAKE, 1, NULL, NULL, 0));
	SHOW(FUTEX(8, WAIT, 0, NULL, NULL, 0));
	SHOW(FUTEX(word, WAKE, 1, NULL, NULL, 0));
	SHOW(FUTEX(word, 77, 1, NULL, NULL, 0));
	for (int i = 0; i < 4; i++)
		waiter(word, WAIT, 0);
	usleep(20000);
	SHOW(FUTEX(word, WAKE | PRIVATE, 9, NULL, NULL, 0));
	SHOW(FUTEX(word, WAKE, 1, NULL, NULL, 0));
	SHOW(FUTEX(word, CMP_REQUEUE, 1, (void *)2, word + 1, 7));
	SHOW(FUTEX(word, CMP_REQUEUE, 1, (void *)1, word + 1, 0));
	SHOW(FUTEX(word, WAKE, 9, NULL, NULL, 0));
	SHOW(FUTEX(word + 1, WAKE, 9, NULL, NULL, 0));
	ends(4);
	waiter(word, WAIT_BITSET, 1);
	waiter(word, WAIT_BITSET, 6);
	usleep(20000);
	SHOW(FUTEX(word, WAKE_BITSET, 9, NULL, NULL, 8));
	SHOW(FUTEX(word, WAKE_BITSET, 9, NULL, NULL, 2));
	SHOW(FUTEX(word, WAKE, 9, NULL, NULL, 0));
	ends(2);
	waiter(word, WAIT, 0);
	waiter(word + 1, WAIT, 0);
	usleep(20000);
	SHOW(FUTEX(word, WAKE_OP, 1, (void *)1, word + 1, 1 << 28 | 0 << 24 | 5 << 12 | 0));
	printf("word %d\n", word[1]);
	SHOW(FUTEX(word, WAKE_OP, 1, (void *)1, word + 1, 0 << 28 | 4 << 24 | 0 << 12 | 9));
	printf("word %d\n", word[1]);
	ends(2);
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&mutex, &attributes);
	pthread_create(&thread, NULL, robust, &mutex);
	pthread_join(thread, NULL);
	printf("%s\n", strerror(pthread_mutex_lock(&mutex)));
	printf("%s\n", strerror(pthread_mutex_consistent(&mutex)));
	printf("%s\n", strerror(pthread_mutex_unlock(&mutex)));
	SHOW(syscall(SYS_set_robust_list, word, 5));
	return 0;
}
