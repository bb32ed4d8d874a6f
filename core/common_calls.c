/* SPDX-License-Identifier: BSD-2-Clause */
/* Bodies of the calls that every personality has (core/uapi/janus/common.def). */
#include "check.h"
#include "core/arch.h"
#include "core/common_handlers.h"
#include "core/first.h"
#include "core/log.h"
#include "core/thread.h"
#include <janus/bootinfo.h>

#define LOG_WRITE_LIMIT	240	/* bytes that one log_write carries */

enum status
sys_null(struct thread *self, const struct args_null *a, struct out_null *out)
{
	return OK;
}

enum status
sys_null_full(struct thread *self, const struct args_null_full *a, struct out_null_full *out)
{
	return OK;
}

enum status
sys_log_write(struct thread *self, const struct args_log_write *a, struct out_log_write *out)
{
	char text[LOG_WRITE_LIMIT];

	if (a->length > sizeof(text))
		return ERR_BAD_VALUE;
	enum status status = arch_copy_from_user(text, a->text, a->length);
	if (status)
		return status;
	log_text(text, a->length);
	return OK;
}

enum status
sys_machine_exit(struct thread *self, const struct args_machine_exit *a, struct out_machine_exit *out)
{
	if (self->space != first_space)
		return ERR_NO_RIGHT;
	check_at_end();
	if (a->code > EXIT_FAILURE_CODE)
		log_line("status %lu", a->code);
	arch_exit(a->code ? EXIT_FAILURE_CODE : EXIT_SUCCESS_CODE);
}

/* The caller is current: it is freed on the way out. */
enum status
sys_thread_exit(struct thread *self, const struct args_thread_exit *a, struct out_thread_exit *out)
{
	return object_destroy(&self->object);
}

enum status
sys_thread_fs_base(struct thread *self, const struct args_thread_fs_base *a, struct out_thread_fs_base *out)
{
	struct registers regs;

	arch_thread_read(self, &regs);	/* its bases, too, are in the processor */
	regs.fs_base = a->base;
	return arch_thread_write(self, REGISTERS_FS_BASE, &regs);
}
