/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the entry code and the C code of traps. */
#pragma once

#include "arch/x86/vectors.h"
#include "core/types.h"

struct thread;
struct trap_frame;

/* entry.S, vectors.S */
extern char vector_stubs[];
void syscall_entry(void);
void NORETURN trap_exit_start(void);

/* usercopy.S */
extern char user_access_begin[], user_access_end[], user_access_fault[];

/* Called from entry.S. */
void trap_dispatch(struct thread *self);
void trap_kernel(struct trap_frame *frame);
void trap_paranoid(struct trap_frame *frame);
void trap_iret(struct thread *self, u64 vector, u64 error);
