/* sightings.h - which answers one resolver has been seen to give, and until when each may come.
 *
 * A resolver's address is a fleet of caches, each with its own copy and its own
 * count-down. So an answer that was seen may come again until its TTL has ended, even
 * when another was seen since; and the one seen longest to live decides. RFC 2181 8.
 *
 * An answer is its status and its set of PTR names. Of the newest the view itself keeps the
 * evidence; here are its ends, and a few older answers, which cost memory only while one
 * may still come. Only confirmed answers get here, so a forged packet leaves nothing behind.
 *
 * Pure: time is given.
 */
#pragma once

#include "base/moment.h"
#include "fcrdns/evidence.h"
#include "fcrdns/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An end as computed may be this far off: TTLs are whole seconds, rounded by every cache. */
#define SIGHTINGS_TOLERANCE_MS 3000

/* Of more older answers than this, the first to end are one: some answer, until then. */
#define SIGHTINGS_OLDER_MAX 8

/* When the TTL of an answer ends, by the sighting that makes it last. */
struct lifetime {
	int64_t ptr_ms;         /* monotonic: of its PTR records, or of their absence */
	int64_t forward_ms;     /* of the forward records of their names; 0: none had a TTL */
	int64_t unix_offset_ms; /* Unix time minus monotonic, of the sighting that last moved one */
};

/* The TTL of an answer as it came the last times: it should count down. */
struct countdown {
	uint16_t unmoved_ds; /* tenths of a second it has not moved, as far as they fit */
	uint8_t repeats;     /* sightings in a row after the first with the same TTL */
	bool anew;           /* the next sighting is the first */
};

struct sightings {
	struct lifetime newest;
	struct older_answers *older; /* owned; NULL: none may come */
	struct countdown ptr, forward;
};

/* An answer beside what its view keeps of the newest. */
struct older_answer {
	uint64_t ptr_digest;
	struct lifetime lifetime;
	uint8_t status;
	bool vague : 1;           /* the expected names are others since: pass may be name_mismatch */
	bool has_ptr_ttl : 1;
	bool has_forward_ttl : 1;
	bool stale : 1;           /* said to be served beyond its TTL, which therefore says nothing */
	bool ptr_stands : 1;      /* its TTL did not count down */
	bool forward_stands : 1;
};

/* A confirmed, conclusive answer, as it is given to sightings_note(). */
struct sighting {
	const struct evidence *evidence;
	enum status status;
	struct moment at;
};

enum sighting_news {
	SIGHTING_SAME,  /* as before */
	SIGHTING_KNOWN, /* another than before, but seen before it, and able to come */
	SIGHTING_NEW,
};

/* Note an answer. `before` is the newest until now, with the time it was last seen (only `ms`
 * counts); its evidence NULL: there is none. */
enum sighting_news sightings_note(struct sightings *sightings, const struct sighting *before,
				  const struct sighting *fresh);

/* The expected names are others: what older answers come to by them is not known. */
void sightings_blur(struct sightings *sightings);

/* From now on count-downs are watched anew: what stood still before was in order. */
void sightings_restart_countdowns(struct sightings *sightings);

void sightings_clear(struct sightings *sightings);

/* When the answer is gone, seen from the newest answer's PTR names: with others, its own PTR
 * records must end; with the same, only its forward records. Monotonic. */
int64_t older_answer_end_ms(const struct older_answer *answer, uint64_t newest_digest);

/* The next older answer that may still come, from `*i` on, which is left behind it; NULL: no more. */
const struct older_answer *sightings_next(const struct sightings *sightings, uint64_t newest_digest,
					  int64_t now_ms, size_t *i);

/* Some other answers, nobody knows which, may still come until `*end`. */
bool sightings_has_others(const struct sightings *sightings, int64_t now_ms, struct lifetime *end);

/* Does it differ in what is told apart; where that is not known, it does not. */
bool older_answer_differs(const struct older_answer *answer, enum status status);

/* Its TTL has not counted down for so long that the answer is served from beyond it. */
bool countdown_stands(const struct countdown *countdown);
