/* How one command is delivered, while workers die, answers get lost and requests land late.

   Written by hand, after `_delivery.py`, the engines' rules and docs/design.md ("How nothing is posted twice"): there is
   no table that it could be generated from. One command, some workers, one person, and a network that keeps requests
   for as long as it likes. Every step is what the code makes durable at once, or one call to the outside.

   Three assumptions are built in. Each can be taken away, to see what it is for:
   NO_SETTLE  A late request has landed before anybody looks for it: an attempt in doubt waits for the settle time, one
              whose worker died for its lease.
   NO_LEASE   A call ends before its lease does: only a worker that died, or that is past its call, loses it.
   TRUST      An adapter says "absent" only where it can tell.

   And each rule of the protocol can be broken:
   NO_ATTEMPT call first, and store the attempt afterwards: a death leaves no doubt behind
   NO_FIND    repeat a command in doubt without looking for its marker
   NO_FENCE   let a settlement count that answers an older attempt than the present one
   FORGET     let a person's retry forget the doubt
   UNASKED    let a command in doubt that no adapter accepts any more fail as if it had never been tried

   Checked: there are never two objects outside (the assertions); what is told as done was done, once (true_word); and
   every run ends with the command done, given up, or before a person (settles): nothing is lost, nobody waits for ever. */

#define WORKERS 2
#define DEATHS 2        /* how often workers may die, in all */
#define ATTEMPTS_MAX 3  /* 10 in the code: after so many that came to nothing, a person is asked */
#define RETRIES 1       /* how often the person orders another attempt */
#define LAPSES 1        /* how often a worker is so slow to settle that its lease runs out */

mtype = { PENDING, ATTEMPTED, DONE, FAILED, SKIPPED, RECEIPT, NOT_DONE, REJECTED, UNKNOWN, ASK_PERSON, DIED }

/* The outbox: what is durable. */
mtype status = PENDING;
bool in_doubt = false;
byte attempts = 0;
bool leased = false;

/* The outside: requests that have not landed yet, and what is there: posts, issues, mails. */
byte under_way = 0;
byte objects = 0;

byte deaths = 0;
byte retries = 0;
byte lapses = 0;

#define settled (status == DONE || status == FAILED || status == SKIPPED)

#ifdef NO_SETTLE
#define landed true
#else
#define landed (under_way == 0)
#endif

#define runnable ((status == PENDING && (!in_doubt || landed)) || (status == ATTEMPTED && !leased && landed))

#ifdef NO_FENCE
#define counts (status == PENDING || status == ATTEMPTED)
#else
#define counts (status == ATTEMPTED && attempts == mine)
#endif

inline appear() {
  objects++;
  assert(objects <= 1);
}

inline maybe_die() {
  if
  :: deaths < DEATHS -> deaths++; outcome = DIED
  :: true
  fi
}

active [WORKERS] proctype worker() {
  byte mine;      /* which attempt this is, as the claim said */
  bool doubt;     /* whether an earlier attempt may have happened, as the claim said */
  bool may_send;
  mtype outcome;

end_idle:
  do
  :: /* Claim: the attempt is durable before anything is sent. */
     atomic {
       runnable ->
       in_doubt = in_doubt || status == ATTEMPTED;
       doubt = in_doubt;
       status = ATTEMPTED;
       attempts++;
       mine = attempts;
       leased = true;
       may_send = true;
       outcome = NOT_DONE
     };
     atomic { maybe_die() };

     /* No adapter accepts it: the settings have changed since, say. */
     if
     :: outcome != DIED ->
        if
        :: atomic { true ->
             may_send = false;
#ifdef UNASKED
             outcome = REJECTED
#else
             outcome = (doubt -> ASK_PERSON : REJECTED)
#endif
           }
        :: true
        fi
     :: else
     fi;

     /* In doubt: look for the marker. Only where it is surely absent is the command carried out again. */
     if
     :: outcome == NOT_DONE && may_send && doubt ->
#ifdef NO_FIND
        skip
#else
        atomic {
          if
          :: objects > 0 -> outcome = RECEIPT; may_send = false
          :: objects == 0 -> skip
#ifdef TRUST
          :: skip
#else
          :: outcome = UNKNOWN; may_send = false
          :: outcome = ASK_PERSON; may_send = false
#endif
          fi
        };
        atomic { maybe_die() }
#endif
     :: else
     fi;

     /* Send. */
     if
     :: outcome == NOT_DONE && may_send ->
        if
        :: outcome = NOT_DONE
        :: outcome = REJECTED
        :: atomic { under_way++; outcome = UNKNOWN };
           atomic { maybe_die() };
           /* The answer: it happened, and we hear so; or nobody knows. */
           if
           :: atomic { outcome == UNKNOWN && under_way > 0 -> under_way--; appear(); outcome = RECEIPT }
           :: outcome == UNKNOWN -> skip
           :: outcome == DIED -> skip
           fi
        fi
     :: else
     fi;

     /* Past the call, the lease may run out while the worker is still about to settle, or dies over it. */
     if
     :: outcome != DIED -> atomic { maybe_die() }
     :: else
     fi;
     if
     :: atomic { outcome != DIED && counts && lapses < LAPSES -> lapses++; leased = false }
     :: true
     fi;

     /* Settle: the outcome is durable, if this is still the present attempt. */
     atomic {
       if
       :: outcome == DIED ->
          if
          :: counts ->
             leased = false;
#ifdef NO_ATTEMPT
             status = PENDING; in_doubt = doubt
#endif
          :: else
          fi
       :: outcome != DIED && counts ->
          leased = false;
          if
          :: outcome == RECEIPT -> status = DONE
          :: outcome == REJECTED -> status = FAILED; in_doubt = false
          :: outcome == ASK_PERSON -> status = FAILED; in_doubt = true
          :: outcome == NOT_DONE && attempts >= ATTEMPTS_MAX -> status = FAILED; in_doubt = false
          :: outcome == NOT_DONE && attempts < ATTEMPTS_MAX -> status = PENDING; in_doubt = doubt
          :: outcome == UNKNOWN && attempts >= ATTEMPTS_MAX -> status = FAILED; in_doubt = true
          :: outcome == UNKNOWN && attempts < ATTEMPTS_MAX -> status = PENDING; in_doubt = true
          fi
       :: else
       fi;
       mine = 0; doubt = false; may_send = false; outcome = NOT_DONE
     }
  od
}

/* A request lands, late or in time, or is lost on the way. */
active proctype network() {
end_quiet:
  do
  :: atomic { under_way > 0 -> under_way--; appear() }
  :: atomic { under_way > 0 -> under_way-- }
  od
}

/* Somebody looks at what failed: orders another attempt, does it by hand where it is not there, or gives it up. */
active proctype person() {
end_away:
  do
  :: atomic { status == FAILED && retries < RETRIES -> retries++; status = PENDING;
#ifdef FORGET
       in_doubt = false
#endif
     }
  :: atomic { status == FAILED && landed -> if :: objects == 0 -> appear() :: else fi; status = DONE }
  :: atomic { status == FAILED -> status = SKIPPED }
  od
}

#ifdef NO_LEASE
/* The lease runs out at any time, whatever its worker is about to do. */
active proctype clock() {
end_still:
  do
  :: atomic { leased -> leased = false }
  od
}
#endif

ltl true_word { [] (status == DONE -> objects == 1) }
ltl settles { <> [] settled }
