/* SPDX-License-Identifier: BSD-2-Clause */
/* The vDSO's two pages, as a file that every program has in its memory. */
#include <errno.h>
#include <string.h>
#include <janus/kinds.h>
#include <unix/arena.h>
#include "process/fpu.h"
#include "process/internal.h"
#include "vdso/data.h"
#include "vdso/frame.h"
#include "vdso/image.h"

_Static_assert(offsetof(struct vdso_data, fpu) == VDSO_FPU, "vdso/frame.h");

static void
data_write(struct vdso_data *d)
{
	uint64_t rate = host_counter(&d->start);

	d->scale = rate ? (uint64_t)(((unsigned __int128)SECOND << 32) / rate) : 0;
	d->wall = host_wall();
	fpu_marks(shared->process.fpu_bytes, d->fpu);
}

int
vdso_begin(void)
{
	struct node *n = node_anonymous(2 * UNIX_PAGE);
	page_t data, code;

	if (!n || node_page(n, 0, &data) || node_page(n, 1, &code))
		return -ENOMEM;
	shared->process.vdso = n;
	shared->process.fpu_bytes = fpu_size();
	frame_begin();
	data_write(page_at(data));
	memcpy(page_at(code), vdso_image, VDSO_IMAGE_BYTES);
	return 0;
}

int
vdso_map(struct process *p)
{
	struct node *n = shared->process.vdso;
	uint64_t at = memory_room(p->memory, 2 * UNIX_PAGE);
	struct area_request data = { .start = at, .bytes = UNIX_PAGE, .node = n, .rights = RIGHT_READ, .may = RIGHT_READ, .name = AREA_VVAR, .sharing = true };
	struct area_request code = { .start = at + UNIX_PAGE, .bytes = UNIX_PAGE, .offset = UNIX_PAGE, .node = n, .rights = RIGHT_READ | RIGHT_EXECUTE,
		.may = RIGHT_READ | RIGHT_EXECUTE, .name = AREA_VDSO, .sharing = true };

	if (!at || memory_map(p, &data) || memory_map(p, &code))
		return -ENOMEM;
	p->vdso = at + UNIX_PAGE;
	return 0;
}
