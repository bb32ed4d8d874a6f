/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rendezvous of l4's IPC (personalities/l4/ipc.c, wait.c, fast.S), for Spin: clients call, servers reply and wait, and somebody lets
 * deadlines pass, cancels and kills.  What a system call does to these words is one atomic step, for interrupts are off in the kernel.
 * docs/l4/model.md says what is checked.
 *
 * Mistakes that are to be found (test_model.py), or the model would say nothing:
 *   FORGET_CALLER   a server dies and does not give its caller up
 *   FORGET_QUEUE    who waits no longer stays in the queue
 *   STALE_CALLER    the word that the fast reply leaves behind is taken for a caller
 */
#define CLIENTS	2
#define SERVERS	2
#define THREADS	(CLIENTS + SERVERS)
#define NOBODY	THREADS
#define ROUNDS	2
#define EVENTS	3

#define RUN	0
#define SENDS	1		/* WAIT_CALL: in the endpoint's queue */
#define REPLIED	2		/* WAIT_REPLY */
#define RECEIVES 3		/* alone, or in the queue */
#define DEAD	4

#define NONE	0
#define OK	1
#define FAILED	2		/* ERR_TIMEOUT, ERR_CANCELLED */

byte state[THREADS + 1];		/* of NOBODY too, for what Spin evaluates in vain */
byte caller[THREADS + 1];		/* as the kernel has it: of who receives, it means nothing */
byte server[THREADS + 1];
byte result[THREADS + 1];
byte alone = NOBODY;		/* endpoint->waiting */
chan queue = [THREADS] of { byte };
byte servers_left = SERVERS;

#ifndef STALE_CALLER
#define CALLER_OF(s)	(state[s] == RECEIVES -> NOBODY : caller[s])
#else
#define CALLER_OF(s)	caller[s]
#endif

inline wake(whom, how)
{
	result[whom] = how;
	state[whom] = RUN
}

/* ipc_leave: WHOM waits no longer. */
inline leave(whom)
{
	if
	:: state[whom] == REPLIED -> caller[server[whom]] = NOBODY
	:: state[whom] == RECEIVES && alone == whom -> alone = NOBODY; caller[whom] = NOBODY
	:: state[whom] == RECEIVES && alone != whom -> queue??eval(whom); caller[whom] = NOBODY
	:: state[whom] == SENDS ->
#ifndef FORGET_QUEUE
		queue??eval(whom)
#else
		skip
#endif
	fi
}

/* The server gets the message of the client, which waits for the reply. */
inline meet(client_met, server_met)
{
	caller[server_met] = client_met;
	server[client_met] = server_met;
	state[client_met] = REPLIED
}

/* Every word fits every other, whenever nobody is in the kernel. */
inline check()
{
	d_step {
		i = 0;
		do
		:: i < THREADS ->
			assert(state[i] != REPLIED || CALLER_OF(server[i]) == i);
			assert(state[i] == DEAD || CALLER_OF(i) == NOBODY || state[CALLER_OF(i)] == REPLIED);
			assert(state[i] != SENDS || queue??[eval(i)]);
			assert(state[i] != RECEIVES || alone == i || queue??[eval(i)]);
			assert((state[i] == SENDS || state[i] == RECEIVES) || !(queue??[eval(i)]));
			i++
		:: else -> break
		od;
		assert(alone == NOBODY || (len(queue) == 0 && state[alone] == RECEIVES));
		i = 0
	}
}

proctype client(byte me)
{
	byte round = 0, w, i;

	do
	:: round < ROUNDS ->
		atomic {
			result[me] = NONE;
			if
			:: alone != NOBODY ->			/* the fast path, and the ordinary one with one receiver */
				w = alone;
				alone = NOBODY;
				meet(me, w);
				state[w] = RUN
			:: alone == NOBODY && len(queue) > 0 ->
				queue?<w>;
				if
				:: state[w] == RECEIVES -> queue?w; meet(me, w); state[w] = RUN
				:: else -> queue!me; state[me] = SENDS
				fi
			:: alone == NOBODY && len(queue) == 0 ->
				queue!me;
				state[me] = SENDS
			fi;
			w = 0;
			check()
		}
progress:	if
		:: state[me] == RUN -> assert(result[me] != NONE)
		:: state[me] == SENDS && servers_left == 0 -> break	/* nobody will ever come */
		fi;
		round++
	:: else -> break
	od
}

proctype serve(byte me)
{
	byte w, i;

	do
	:: state[me] == DEAD -> break
	:: state[me] == RUN ->
		atomic {
			if
			:: state[me] == DEAD -> skip
			:: state[me] != DEAD ->
				w = CALLER_OF(me);
				if
				:: w != NOBODY -> wake(w, OK)
				:: else -> skip
				fi;
				if
				:: w != NOBODY && alone == NOBODY && len(queue) == 0 ->
					alone = me;		/* the fast path: the caller stays where it was */
					state[me] = RECEIVES
				:: else ->
					caller[me] = NOBODY;
					if
					:: alone == NOBODY && len(queue) == 0 -> alone = me; state[me] = RECEIVES
					:: alone != NOBODY -> queue!alone; alone = NOBODY; queue!me; state[me] = RECEIVES
					:: alone == NOBODY && len(queue) > 0 ->
						queue?<w>;
						if
						:: state[w] == SENDS -> queue?w; meet(w, me)
						:: else -> queue!me; state[me] = RECEIVES
						fi
					fi
				fi
			fi;
			w = 0;
			check()
		}
end:		(state[me] == RUN || state[me] == DEAD)
	od
}

/* A deadline that passes, a cancellation, the death of a server. */
proctype others()
{
	byte event = 0, w, i;

	do
	:: event < EVENTS ->
		select(w : 0 .. THREADS - 1);
		atomic {
			if
			:: w < CLIENTS && (state[w] == SENDS || state[w] == REPLIED) -> leave(w); wake(w, FAILED)
			:: w >= CLIENTS && state[w] == RECEIVES -> leave(w); wake(w, FAILED)
			:: w >= CLIENTS && state[w] == RUN ->
#ifndef FORGET_CALLER
				if
				:: CALLER_OF(w) != NOBODY -> i = caller[w]; leave(i); wake(i, FAILED)
				:: else -> skip
				fi;
#endif
				state[w] = DEAD;
				servers_left--
			:: w >= CLIENTS && state[w] == RECEIVES ->
				leave(w);
				state[w] = DEAD;
				servers_left--
			:: else -> skip
			fi;
			i = 0;
			check();
			event++
		}
	:: event < EVENTS -> break
	:: else -> break
	od
}

init
{
	byte t = 0;

	atomic {
		do
		:: t < THREADS -> caller[t] = NOBODY; server[t] = NOBODY; t++
		:: else -> break
		od;
		t = 0;
		do
		:: t < CLIENTS -> run client(t); t++
		:: t >= CLIENTS && t < THREADS -> run serve(t); t++
		:: t >= THREADS -> break
		od;
		run others()
	}
}
