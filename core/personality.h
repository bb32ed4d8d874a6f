/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The seam between core and a kernel structure: what personalities/<p> provides.  Ten hooks, all direct link-time calls.
 * personalities/null is the smallest complete example; copy it to start a new structure.
 */
#pragma once

#include "core/types.h"

struct capability;
struct fault;
struct irq;
struct object;
struct thread;
struct timeout;

/* 1. Once, when core and architecture are up, before the first thread. */
void personality_init(void);

/*
 * 2. Make the first thread from the manifest's first program (core/first.h does most) and return it; it is then switched to
 * and entered by the ordinary exit.  Errors in what the machine was given end in boot_refuse, which names them.
 */
struct thread *personality_first_thread(void);

/*
 * 3. The fast entry, in assembler: what every system call runs into, before the full save.  It begins the section
 * .entry.text.fast.
 *      %rsp = the current thread, whose frame holds rip, rflags, rsp and nothing else; %gs = struct cpu; interrupts off;
 *      all other registers as user level left them; %rcx still is rip; it and %r11 are free.
 * It either completes the call and leaves by syscall_exit_fast, or has changed nothing and jumps to syscall_full.
 */
void personality_syscall_fast(void);

/*
 * 3a. Optional, in assembler: jumped to at every exception but debug, NMI, double fault and machine check, before anything is
 * saved.
 *      on the stack: vector, error code, the processor's frame; interrupts off; all registers and %gs as they were interrupted.
 * It either completes the exception, or has changed nothing and jumps to trap_entry (or, behind its swapgs, to
 * trap_entry_user).  A personality that does not define it has trap_entry itself in this place: the linker provides that.  Not
 * with page-table isolation.
 */
void personality_exception_fast(void);

/* 4. A system call after the full save.  Arguments and results are in the frame. */
void personality_syscall(struct thread *self);

/* 5. The current thread's user code caused a fault or exception (core/fault.h). */
void personality_fault(struct thread *self, const struct fault *fault);

/* 6. An interrupt object's line fired; or, with irq->object.dying, the object goes away: whoever waits for it waits no longer. */
void personality_irq(struct irq *irq);

/* 7. A timeout is due; it is no longer pending. */
void personality_timeout(struct timeout *timeout);

/*
 * 8. The thread to run next on this CPU, ready and with no PENDING_PERSONALITY bit left (what they stand for is done here); NULL
 * for none.  Called on the way out of the kernel when PENDING_RESCHEDULE is set on the CPU or the current thread has such a bit.
 */
struct thread *personality_pick(void);

/*
 * 9. T's state was changed: it became ready, is no longer ready, or is about to be freed.  For THREAD_GONE the personality
 * undoes whatever it holds for T beside its place among the ready; STATUS_RESTART when that is long.  The current thread is
 * still ready then, THREAD_NOT_READY follows; another is not, and does not become so again.
 */
enum thread_event { THREAD_READY, THREAD_NOT_READY, THREAD_GONE };
enum status personality_thread(struct thread *t, enum thread_event event);

/* 10. Destroy an object of a kind >= KIND_PERSONALITY, as object_destroy would: STATUS_RESTART while there is more to do. */
enum status personality_object_destroy(struct object *o);

/*
 * 10a. Optional.  Capability C, to an object of a kind >= KIND_WAITED,
 *   TO is NULL:  is about to be removed, by delete, revoke, or the end of its object (which is dying then) or of its table: who waits
 *                through C waits no longer.  STATUS_RESTART while there are more of them; C, which has no right any more so that nobody
 *                begins to wait, stays for so long.  Not asked for the last one of an object that ends: that is hook 10's.
 *   else:        has moved to TO, spares and all: what refers to C refers to TO from now on.  OK.
 * `spare' and `spare_word' of a capability are there for what this needs to know, such as a list of who waits (core/cap.h).
 */
enum status personality_capability(struct capability *c, struct capability *to);
