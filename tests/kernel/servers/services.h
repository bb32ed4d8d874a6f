/* SPDX-License-Identifier: BSD-2-Clause */
/* The interfaces of all servers, for clients of many. */
#pragma once

#include <servers/console.h>
#include <servers/control.h>
#include <servers/names.h>
#include <servers/root.h>
#include <servers/sigma0.h>
#include <servers/timer.h>
