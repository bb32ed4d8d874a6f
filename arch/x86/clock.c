/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time is the time-stamp counter's.  Its frequency comes from CPUID, or is measured against the PIT; the local APIC's timer is set
 * by a deadline of that counter where the CPU can, else its own frequency is measured along.  2 ms of PIT ticks make an error of at most
 * one part in 2,000, the time that one read of its port takes.
 */
#include "arch/x86/clock.h"
#include "arch/x86/cpuid.h"
#include "arch/x86/instructions.h"
#include "arch/x86/lapic.h"
#include "arch/x86/pit.h"
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/panic.h"

static bool by_deadline;
static u64 timer_scale;			/* timer ticks a clock tick, times 2^32 */
static u64 timer_reach;			/* clock ticks that the timer's 32 bits can count */

/* Leaf 0x15: crystal frequency times b/a.  Leaf 0x40000010, of KVM and VMware: kHz. */
static u64
hz_by_cpuid(void)
{
	struct cpuid crystal = cpuid(0x15, 0);
	struct cpuid virtual = { 0 };

	if (crystal.a && crystal.b && crystal.c)
		return (u64)crystal.c * crystal.b / crystal.a;
	if (cpu_has(CPU_HYPERVISOR))
		virtual = cpuid(0x40000010, 0);
	return virtual.a * 1000ul;
}

/* Wait CLOCK_CALIBRATION_US by the PIT, or without it when HZ is known; returns the clock's ticks a second. */
static u64
wait_measured(u64 hz)
{
	u16 pit_ticks = (u64)PIT_HZ * CLOCK_CALIBRATION_US / 1000000;
	u64 start;

	if (hz) {
		start = arch_clock();
		while (arch_clock() - start < hz / 1000000 * CLOCK_CALIBRATION_US)
			;
		return hz;
	}
	if (!pit_start(pit_ticks))
		boot_refuse("no clock: CPUID does not tell the time-stamp counter's frequency and there is no PIT to measure it");
	start = arch_clock();
	if (!pit_wait())
		boot_refuse("no clock: CPUID does not tell the time-stamp counter's frequency and the PIT does not count");
	return (arch_clock() - start) * PIT_HZ / pit_ticks;
}

static void
timer_measure(u64 hz)
{
	u64 start = arch_clock(), clock, timer;

	lapic_timer_start(~0u);
	bootinfo.clock_hz = wait_measured(hz);
	timer = ~0u - lapic_timer_left();
	clock = arch_clock() - start;
	lapic_timer_start(0);
	if (timer == 0)
		boot_refuse("the local APIC's timer does not count");
	timer_scale = (timer << 32) / clock;
	timer_reach = (0xffffffffull << 32) / (timer_scale + 1);
}

void
clock_init(void)
{
	u64 hz = hz_by_cpuid();

	by_deadline = cpu_has(CPU_TSC_DEADLINE);
	if (!by_deadline) {
		timer_measure(hz);
		return;
	}
	lapic_timer_mode(true);
	bootinfo.clock_hz = hz ? hz : wait_measured(0);
}

u64
arch_clock_hz(void)
{
	return bootinfo.clock_hz;
}

/* May come early when the deadline is further away than the timer counts: timeout_expire then sets it again. */
void
arch_timer_set(u64 deadline, u64 now)
{
	u64 wait = deadline > now ? deadline - now : 0;

	if (by_deadline) {
		write_msr(MSR_TSC_DEADLINE, deadline == ~0ul ? 0 : deadline + !deadline);
		return;
	}
	if (wait > timer_reach)
		wait = timer_reach;
	lapic_timer_start(deadline == ~0ul ? 0 : (wait * timer_scale >> 32) + 1);
}
