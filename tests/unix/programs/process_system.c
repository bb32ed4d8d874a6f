/* SPDX-License-Identifier: BSD-2-Clause */
/* Small calls: names, prctl, scheduling, random numbers, affinity. */
#include <sched.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include "show.h"

int
main(void)
{
	struct sched_param p = { .sched_priority = 0 };
	struct utsname names;
	struct sysinfo info;
	unsigned long mask = 0, base;
	unsigned cpu = 77, node = 77;
	char name[17] = "", bytes[300] = "";
	int number = 9, sum = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	SHOW(uname(&names));
	printf("%s %s\n", names.sysname, names.machine);
	SHOW(syscall(SYS_uname, 8));
	SHOW(sysinfo(&info));
	printf("memory %s, unit %u\n", info.totalram > info.freeram ? "right" : "wrong", info.mem_unit);
	SHOW(prctl(PR_SET_NAME, "a name that is too long"));
	SHOW(prctl(PR_GET_NAME, name));
	printf("%s\n", name);
	SHOW(prctl(PR_GET_DUMPABLE));
	SHOW(prctl(PR_SET_DUMPABLE, 2));
	SHOW(prctl(PR_SET_DUMPABLE, 0));
	SHOW(prctl(PR_GET_DUMPABLE));
	SHOW(prctl(PR_GET_PDEATHSIG, &number));
	SHOW(number);
	SHOW(prctl(PR_SET_NO_NEW_PRIVS, 2, 0, 0, 0));
	SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	SHOW(prctl(9999));
	SHOW(syscall(SYS_sched_yield));
	SHOW(syscall(SYS_sched_getaffinity, 0, 3, &mask));
	SHOW(syscall(SYS_sched_getaffinity, 999999, 8, &mask));
	SHOW(sched_setaffinity(0, sizeof(mask), (cpu_set_t *)&mask));
	mask = 1;
	SHOW(sched_setaffinity(0, sizeof(mask), (cpu_set_t *)&mask));
	SHOW(syscall(SYS_sched_getaffinity, 0, 8, &mask) > 0);
	printf("mask %lu\n", mask);
	SHOW(syscall(SYS_getcpu, &cpu, &node, NULL));
	printf("%u %u\n", cpu, node);
	SHOW(syscall(SYS_sched_getscheduler, 0));
	SHOW(syscall(SYS_sched_getscheduler, -1));
	SHOW(syscall(SYS_sched_getparam, 0, &p));
	SHOW(syscall(SYS_sched_get_priority_max, SCHED_FIFO));
	SHOW(syscall(SYS_sched_get_priority_min, SCHED_FIFO));
	SHOW(syscall(SYS_sched_get_priority_max, 99));
	SHOW(getpriority(PRIO_PROCESS, 0));
	SHOW(setpriority(PRIO_PROCESS, 0, 5));
	SHOW(getpriority(PRIO_PROCESS, 0));
	SHOW(getpriority(9, 0));
	SHOW(getpriority(PRIO_PROCESS, 999999));
	SHOW(setpriority(PRIO_PROCESS, 999999, 0));
	SHOW(getrandom(bytes, sizeof(bytes), 0));
	for (unsigned i = 0; i < sizeof(bytes); i++)
		sum |= bytes[i];
	SHOW(sum != 0);
	SHOW(getrandom(bytes, 1, 0x100));
	SHOW(syscall(SYS_getrandom, 8, 1, 0));
	SHOW(syscall(SYS_arch_prctl, 0x1003, &base));
	SHOW(syscall(SYS_arch_prctl, 0x1002, 1ul << 63));
	SHOW(syscall(SYS_arch_prctl, 0x1001, 0x1234000));
	SHOW(syscall(SYS_arch_prctl, 0x1004, &base));
	printf("%#lx\n", base);
	SHOW(syscall(SYS_personality, 0xffffffff));
	SHOW(syscall(SYS_restart_syscall));
	return 0;
}
