/* SPDX-License-Identifier: BSD-2-Clause */
/* What lrpc's assembler and C share. */
#pragma once

#define LRPC_NOBODY	-1		/* no environment's name */
#define LRPC_BUSY	11		/* ERR_WRONG_STATE */
#define LRPC_CANCELLED	14		/* ERR_CANCELLED */
#define LRPC_STACK	8192
