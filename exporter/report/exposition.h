/* exposition.h - the one writer of the metrics page: families, samples, labels, numbers.
 *
 * Text format 0.0.4 or OpenMetrics 1.0, which differ in what stands before a family and at
 * the end. A family's HELP and TYPE are written with its first sample, so that a family
 * without samples leaves nothing. Samples of a family stand together: open the next family
 * only when the one before is complete.
 *
 *     exposition_family(&e, "fcrdns_target_ok", EXPOSITION_GAUGE, "1 if ...");
 *     exposition_begin(&e, "");
 *     exposition_label(&e, "ip", "192.0.2.1");
 *     exposition_end(&e, 1);
 *     exposition_finish(&e);
 *
 * Where many samples share their first labels, exposition_share() once and then
 * exposition_sample() for each is several times as fast.
 */
#pragma once

#include "base/text.h"

#include <stdbool.h>

/* exposition_sample() copies in whole blocks of this size: so many bytes behind its
 * labels must be readable, whatever they hold. */
#define EXPOSITION_BLOCK 32

enum exposition_format { EXPOSITION_TEXT, EXPOSITION_OPENMETRICS };

/* An info is a constant 1 whose name ends in _info; in text, which has no such type, a gauge. */
enum exposition_type {
	EXPOSITION_GAUGE,
	EXPOSITION_COUNTER,
	EXPOSITION_HISTOGRAM,
	EXPOSITION_INFO
};

struct exposition {
	struct text *page;
	enum exposition_format format;
	const char *name; /* of the samples: a counter's with _total, an info's with _info */
	size_t name_size;
	const char *help;
	enum exposition_type type;
	bool has_header;
	bool has_label;
	struct text shared; /* name{labels, and a block behind */
};

/* Frees what `e` owns; not the page. */
void exposition_clear(struct exposition *e);

void exposition_family(struct exposition *e, const char *name, enum exposition_type type,
		       const char *help);

/* The end of the page. */
void exposition_finish(struct exposition *e);

/* A sample of the family; `suffix` is "" or "_bucket", "_sum", "_count". */
void exposition_begin(struct exposition *e, const char *suffix);
void exposition_label(struct exposition *e, const char *name, const char *value);
/* Labels formatted before: `a="b",c="d"`, not empty. */
void exposition_labels(struct exposition *e, const char *bytes, size_t size);
void exposition_end(struct exposition *e, double value);

/* The labels, not empty, that the following samples of the family have in common. */
void exposition_share(struct exposition *e, const char *labels, size_t size);
/* A sample with the shared labels, and those of `own`, if any, behind. */
void exposition_sample(struct exposition *e, const char *own, size_t size, double value);

/* `name="value"` with the value escaped, as it stands between the braces. */
void exposition_format_label(struct text *text, const char *name, const char *value);
void exposition_format_number(struct text *text, double value);
