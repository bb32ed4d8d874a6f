/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts of enum status. */
#include <janus/status.h>

const char *
status_name(enum status s)
{
	static const char *const names[STATUS_COUNT] = {
		[OK] = "OK",
		[ERR_NO_CALL] = "ERR_NO_CALL",
		[ERR_NO_CAP] = "ERR_NO_CAP",
		[ERR_NO_RIGHT] = "ERR_NO_RIGHT",
		[ERR_BAD_TOKEN] = "ERR_BAD_TOKEN",
		[ERR_BAD_VALUE] = "ERR_BAD_VALUE",
		[ERR_BAD_ADDRESS] = "ERR_BAD_ADDRESS",
		[ERR_NO_KMEM] = "ERR_NO_KMEM",
		[ERR_NO_FRAME] = "ERR_NO_FRAME",
		[ERR_EXISTS] = "ERR_EXISTS",
		[ERR_NOT_FOUND] = "ERR_NOT_FOUND",
		[ERR_WRONG_STATE] = "ERR_WRONG_STATE",
		[ERR_LIMIT] = "ERR_LIMIT",
		[ERR_TIMEOUT] = "ERR_TIMEOUT",
		[ERR_CANCELLED] = "ERR_CANCELLED",
		[ERR_NO_WINDOW] = "ERR_NO_WINDOW",
		[ERR_PARTNER_KMEM] = "ERR_PARTNER_KMEM",
		[ERR_PARTNER_FAULT] = "ERR_PARTNER_FAULT",
		[STATUS_RESTART] = "STATUS_RESTART",
	};

	return (unsigned)s < STATUS_COUNT ? names[s] : "unknown status";
}
