/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts of enum status, for messages. */
#pragma once

#include <janus/status.h>

const char *status_name(enum status s);
