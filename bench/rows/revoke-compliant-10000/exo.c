/* SPDX-License-Identifier: BSD-2-Clause */
#define PAGES		10000
#define COMPLIES	1
#include "../revoke_pages.h"
