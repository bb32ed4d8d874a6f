/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads: what they share, how they end, what execve and fork make of them. */
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include "show.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static long counter, turn;
static __thread long own;

static void *
count(void *number)
{
	for (int i = 0; i < 2000; i++) {
		pthread_mutex_lock(&mutex);
		counter++;
		own++;
		pthread_mutex_unlock(&mutex);
	}
	return (void *)own;
}

static void *
in_turn(void *number)
{
	for (int i = 0; i < 20; i++) {
		pthread_mutex_lock(&mutex);
		while (turn % 3 != (long)number)
			pthread_cond_wait(&changed, &mutex);
		turn++;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&mutex);
	}
	pthread_barrier_wait(&barrier);
	return number;
}

static void *
executes(void *self)
{
	char *list[] = { "self", "again", NULL }, *none[] = { NULL };

	execve(self, list, none);
	_exit(1);
}

static void *
forks(void *unused)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(getpid() == syscall(SYS_gettid) ? 7 : 8);
	waitpid(pid, &status, 0);
	printf("child of a thread: %#x\n", status);
	return NULL;
}

static void *
sleeps(void *unused)
{
	pause();
	return NULL;
}

static void *
ends(void *unused)
{
	usleep(10000);
	_exit(13);
}

int
main(int count_of, char **argument)
{
	pthread_t thread[8];
	void *result;
	long sum = 0;
	int status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (count_of > 1) {
		printf("again: %s\n", getpid() == syscall(SYS_gettid) ? "the first thread" : "another");
		return 3;
	}
	for (long i = 0; i < 8; i++)
		pthread_create(&thread[i], NULL, count, (void *)i);
	for (int i = 0; i < 8; i++) {
		pthread_join(thread[i], &result);
		sum += (long)result;
	}
	printf("%ld %ld %ld\n", counter, sum, own);
	pthread_barrier_init(&barrier, NULL, 4);
	for (long i = 0; i < 3; i++)
		pthread_create(&thread[i], NULL, in_turn, (void *)i);
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < 3; i++)
		pthread_join(thread[i], &result);
	printf("turns %ld\n", turn);
	pthread_create(&thread[0], NULL, forks, NULL);
	pthread_join(thread[0], NULL);
	if (fork() == 0) {
		pthread_create(&thread[1], NULL, sleeps, NULL);
		pthread_create(&thread[0], NULL, executes, (void *)getauxval(AT_EXECFN));
		pause();
	}
	wait(&status);
	printf("%#x\n", status);
	if (fork() == 0) {
		pthread_create(&thread[1], NULL, sleeps, NULL);
		exit(11);
	}
	wait(&status);
	printf("%#x\n", status);
	if (fork() == 0) {
		pthread_create(&thread[1], NULL, ends, NULL);
		syscall(SYS_exit, 5);
	}
	wait(&status);
	printf("%#x\n", status);
	return 0;
}
