/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of objects and the rights on them, as user level and sealed tokens name them. */
#pragma once

enum kind {
	KIND_NONE = 0,
	KIND_FRAME,		/* physical page(s): the object is the frame record */
	KIND_SPACE,
	KIND_THREAD,
	KIND_IRQ,
	KIND_PORTS,		/* a range of I/O ports */
	KIND_DEVICE,		/* a range of device memory */
	KIND_PERSONALITY,	/* first of the kinds that a personality defines */
	KIND_WAITED = 16,	/* first of those of them through whose capabilities threads wait (core/personality.h, hook 10a) */
	KIND_LIMIT = 32,
};

/* Rights fit in 8 bits.  The first five mean the same for every kind; MAP rights of memory are the first three. */
enum right {
	RIGHT_READ	= 1 << 0,
	RIGHT_WRITE	= 1 << 1,
	RIGHT_EXECUTE	= 1 << 2,
	RIGHT_SHARE	= 1 << 3,	/* derive, mint or map on to others */
	RIGHT_DESTROY	= 1 << 4,	/* free or destroy the object */
	RIGHT_CONTROL	= 1 << 5,	/* start, stop, exchange registers, bind handlers */
	RIGHT_SEND	= 1 << 6,
	RIGHT_RECEIVE	= 1 << 7,
	RIGHTS_ALL	= 0xff,
};
