/* SPDX-License-Identifier: BSD-2-Clause */
/* Checked copies between kernel and user memory of the current space. */
#include "core/arch.h"

int user_copy(void *to, const void *from, size_t bytes);

static bool
user_range(vaddr_t at, size_t bytes)
{
	return at >= USER_START && at < USER_END && bytes <= USER_END - at;
}

enum status
arch_copy_from_user(void *to, vaddr_t from, size_t bytes)
{
	if (!user_range(from, bytes) || user_copy(to, (const void *)from, bytes))
		return ERR_BAD_ADDRESS;
	return OK;
}

enum status
arch_copy_to_user(vaddr_t to, const void *from, size_t bytes)
{
	if (!user_range(to, bytes) || user_copy((void *)to, from, bytes))
		return ERR_BAD_ADDRESS;
	return OK;
}
