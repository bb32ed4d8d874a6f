/* SPDX-License-Identifier: BSD-2-Clause */
#define PAGES		1
#define COMPLIES	0
#include "../revoke_pages.h"
