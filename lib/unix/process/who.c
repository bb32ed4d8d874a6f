/* SPDX-License-Identifier: BSD-2-Clause */
/* Credentials.  Who is the superuser may be anybody; others may be what they are, were or saved. */
#include <errno.h>
#include <string.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "process/internal.h"

#define KEEP UINT32_MAX		/* this one stays */

/* The four of a user or of a group. */
struct identity {
	uint32_t *real, *effective, *saved, *file;
};

static struct identity
user_of(struct task *t)
{
	struct credentials *c = &t->process->who;

	return (struct identity){ &c->uid, &c->euid, &c->suid, &c->fsuid };
}

static struct identity
group_of(struct task *t)
{
	struct credentials *c = &t->process->who;

	return (struct identity){ &c->gid, &c->egid, &c->sgid, &c->fsgid };
}

static bool
is_one(const struct identity *i, uint32_t id)
{
	return id == *i->real || id == *i->effective || id == *i->saved;
}

static int
identity_set(struct task *t, struct identity i, uint32_t id)
{
	if (id == KEEP)
		return -EINVAL;
	if (privileged(t))
		*i.real = *i.saved = id;
	else if (id != *i.real && id != *i.saved)
		return -EPERM;
	*i.effective = *i.file = id;
	return 0;
}

static int
identity_set_two(struct task *t, struct identity i, uint32_t real, uint32_t effective)
{
	uint32_t before = *i.real;

	if (!privileged(t)) {
		if (real != KEEP && real != *i.real && real != *i.effective)
			return -EPERM;
		if (effective != KEEP && !is_one(&i, effective))
			return -EPERM;
	}
	if (real != KEEP)
		*i.real = real;
	if (effective != KEEP)
		*i.effective = effective;
	if (real != KEEP || (effective != KEEP && effective != before))
		*i.saved = *i.effective;
	*i.file = *i.effective;
	return 0;
}

static int
identity_set_three(struct task *t, struct identity i, uint32_t real, uint32_t effective, uint32_t saved)
{
	const uint32_t new[] = { real, effective, saved };

	for (unsigned n = 0; n < 3 && !privileged(t); n++) {
		if (new[n] != KEEP && !is_one(&i, new[n]))
			return -EPERM;
	}
	if (real != KEEP)
		*i.real = real;
	if (effective != KEEP)
		*i.effective = effective;
	if (saved != KEEP)
		*i.saved = saved;
	*i.file = *i.effective;
	return 0;
}

/* Gives what it was, whether or not it could be changed. */
static uint32_t
identity_set_file(struct task *t, struct identity i, uint32_t id)
{
	uint32_t was = *i.file;

	if (id != KEEP && (privileged(t) || id == was || is_one(&i, id)))
		*i.file = id;
	return was;
}

static int
identity_get(struct task *t, struct identity i, uint64_t real, uint64_t effective, uint64_t saved)
{
	if (host_copy_out(t, real, i.real, sizeof(*i.real)) || host_copy_out(t, effective, i.effective, sizeof(*i.effective)))
		return -EFAULT;
	return host_copy_out(t, saved, i.saved, sizeof(*i.saved));
}

int64_t unix_getuid(struct task *t) { return t->process->who.uid; }
int64_t unix_geteuid(struct task *t) { return t->process->who.euid; }
int64_t unix_getgid(struct task *t) { return t->process->who.gid; }
int64_t unix_getegid(struct task *t) { return t->process->who.egid; }
int64_t unix_setuid(struct task *t, uint32_t id) { return identity_set(t, user_of(t), id); }
int64_t unix_setgid(struct task *t, uint32_t id) { return identity_set(t, group_of(t), id); }
int64_t unix_setfsuid(struct task *t, uint32_t id) { return identity_set_file(t, user_of(t), id); }
int64_t unix_setfsgid(struct task *t, uint32_t id) { return identity_set_file(t, group_of(t), id); }

int64_t
unix_setreuid(struct task *t, uint32_t real, uint32_t effective)
{
	return identity_set_two(t, user_of(t), real, effective);
}

int64_t
unix_setregid(struct task *t, uint32_t real, uint32_t effective)
{
	return identity_set_two(t, group_of(t), real, effective);
}

int64_t
unix_setresuid(struct task *t, uint32_t real, uint32_t effective, uint32_t saved)
{
	return identity_set_three(t, user_of(t), real, effective, saved);
}

int64_t
unix_setresgid(struct task *t, uint32_t real, uint32_t effective, uint32_t saved)
{
	return identity_set_three(t, group_of(t), real, effective, saved);
}

int64_t
unix_getresuid(struct task *t, uint64_t real, uint64_t effective, uint64_t saved)
{
	return identity_get(t, user_of(t), real, effective, saved);
}

int64_t
unix_getresgid(struct task *t, uint64_t real, uint64_t effective, uint64_t saved)
{
	return identity_get(t, group_of(t), real, effective, saved);
}

/* --- further groups -------------------------------------------------------------------------------------------------------------------------- */

int64_t
unix_getgroups(struct task *t, int room, uint64_t to)
{
	const struct credentials *c = &t->process->who;

	if (room < 0 || (room && (uint32_t)room < c->groups))
		return -EINVAL;
	if (room && host_copy_out(t, to, c->group, c->groups * sizeof(c->group[0])))
		return -EFAULT;
	return c->groups;
}

int64_t
unix_setgroups(struct task *t, uint32_t count, uint64_t from)
{
	struct credentials *c = &t->process->who;
	uint32_t group[GROUPS_LIMIT];

	if (!privileged(t))
		return -EPERM;
	if (count > GROUPS_LIMIT)
		return -EINVAL;
	if (host_copy_in(t, group, from, count * sizeof(group[0])))
		return -EFAULT;
	memcpy(c->group, group, count * sizeof(group[0]));
	c->groups = count;
	return 0;
}

/* --- capabilities: the superuser has all, others none --------------------------------------------------------------------------------------- */

#define CAPABILITIES ((1ul << 41) - 1)
enum { VERSION_1 = 0x19980330, VERSION_2 = 0x20071026, VERSION_3 = 0x20080522 };

struct capability_word {
	uint32_t effective, permitted, inheritable;
};

struct capability_head {
	uint32_t version;
	int32_t pid;
};

/* Words a set has: 1 or 2. -EINVAL: the version is another, and the program is told which there is. */
static int
capability_words(struct task *t, uint64_t head, struct capability_head *h)
{
	const uint32_t ours = VERSION_3;

	if (host_copy_in(t, h, head, sizeof(*h)))
		return -EFAULT;
	switch (h->version) {
	case VERSION_1: return 1;
	case VERSION_2: case VERSION_3: return 2;
	}
	return host_copy_out(t, head, &ours, sizeof(ours)) ? -EFAULT : -EINVAL;
}

static uint64_t
capabilities_of(const struct process *p)
{
	return p->who.euid ? 0 : CAPABILITIES;
}

int64_t
unix_capget(struct task *t, uint64_t head, uint64_t to)
{
	struct capability_head h;
	struct capability_word word[2] = { 0 };
	int words = capability_words(t, head, &h);

	if (words < 0)
		return !to && words == -EINVAL ? 0 : words;
	if (h.pid < 0)
		return -EINVAL;
	const struct process *p = h.pid ? process_find(h.pid) : t->process;
	if (!p)
		return -ESRCH;
	for (int i = 0; i < words; i++)
		word[i].effective = word[i].permitted = (uint32_t)(capabilities_of(p) >> 32 * i);
	return host_copy_out(t, to, word, (size_t)words * sizeof(word[0]));
}

/* Nothing but what there is: capabilities cannot be given up one by one. */
int64_t
unix_capset(struct task *t, uint64_t head, uint64_t from)
{
	struct capability_head h;
	struct capability_word word[2] = { 0 };
	int words = capability_words(t, head, &h);
	uint64_t all = capabilities_of(t->process);

	if (words < 0)
		return words;
	if (h.pid && h.pid != t->process->pid)
		return -EPERM;
	if (host_copy_in(t, word, from, (size_t)words * sizeof(word[0])))
		return -EFAULT;
	for (int i = 0; i < words; i++) {
		uint32_t have = (uint32_t)(all >> 32 * i);
		if (word[i].effective != have || word[i].permitted != have || word[i].inheritable)
			return -EPERM;
	}
	return 0;
}
