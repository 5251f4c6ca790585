#include "report/exposition.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const type_names[] = {"gauge", "counter", "histogram", "info"};

void exposition_clear(struct exposition *e)
{
	text_clear(&e->shared);
}

void exposition_family(struct exposition *e, const char *name, enum exposition_type type,
		       const char *help)
{
	e->name = name;
	e->name_size = strlen(name);
	e->type = type;
	e->help = help;
	e->has_header = false;
}

/* A backslash and a newline are escaped, and but for text's HELP the quote as well. */
static void add_escaped(struct text *text, const char *value, bool quote)
{
	for (; *value != '\0'; value++) {
		if (*value == '\\' || (quote && *value == '"'))
			text_add_char(text, '\\');
		if (*value == '\n')
			text_add(text, "\\n");
		else
			text_add_char(text, *value);
	}
}

static void add_text_header(struct exposition *e)
{
	bool is_info = e->type == EXPOSITION_INFO;

	text_add_format(e->page, "# HELP %s ", e->name);
	add_escaped(e->page, e->help, false);
	text_add_format(e->page, "\n# TYPE %s %s\n", e->name,
			type_names[is_info ? EXPOSITION_GAUGE : e->type]);
}

static bool ends_in(const char *name, size_t size, const char *suffix)
{
	size_t length = strlen(suffix);

	return size > length && memcmp(name + size - length, suffix, length) == 0;
}

/* The last word of the name, where it is one. */
static const char *unit_of(const char *name, size_t size)
{
	static const char *const units[] = {"_seconds", "_bytes", "_ratio"};
	size_t i;

	for (i = 0; i < sizeof units / sizeof *units; i++)
		if (ends_in(name, size, units[i]))
			return units[i] + 1;
	return NULL;
}

/* OpenMetrics names the family without what its type adds to the samples' names. */
static void add_openmetrics_header(struct exposition *e)
{
	const char *suffix = e->type == EXPOSITION_COUNTER ? "_total"
			     : e->type == EXPOSITION_INFO  ? "_info"
							   : "";
	int size = (int)(e->name_size - strlen(suffix));
	const char *unit = unit_of(e->name, (size_t)size);

	assert(ends_in(e->name, e->name_size, suffix));
	text_add_format(e->page, "# TYPE %.*s %s\n", size, e->name, type_names[e->type]);
	if (unit != NULL)
		text_add_format(e->page, "# UNIT %.*s %s\n", size, e->name, unit);
	text_add_format(e->page, "# HELP %.*s ", size, e->name);
	add_escaped(e->page, e->help, true);
	text_add_char(e->page, '\n');
}

static void add_header(struct exposition *e)
{
	if (e->format == EXPOSITION_OPENMETRICS)
		add_openmetrics_header(e);
	else
		add_text_header(e);
	e->has_header = true;
}

void exposition_finish(struct exposition *e)
{
	if (e->format == EXPOSITION_OPENMETRICS)
		text_add(e->page, "# EOF\n");
}

void exposition_begin(struct exposition *e, const char *suffix)
{
	if (!e->has_header)
		add_header(e);
	text_add_bytes(e->page, e->name, e->name_size);
	if (*suffix != '\0')
		text_add(e->page, suffix);
	e->has_label = false;
}

static void before_label(struct exposition *e)
{
	text_add_char(e->page, e->has_label ? ',' : '{');
	e->has_label = true;
}

void exposition_label(struct exposition *e, const char *name, const char *value)
{
	before_label(e);
	exposition_format_label(e->page, name, value);
}

void exposition_labels(struct exposition *e, const char *bytes, size_t size)
{
	before_label(e);
	text_add_bytes(e->page, bytes, size);
}

void exposition_end(struct exposition *e, double value)
{
	if (e->has_label)
		text_add_char(e->page, '}');
	text_add_char(e->page, ' ');
	exposition_format_number(e->page, value);
	text_add_char(e->page, '\n');
}

void exposition_format_label(struct text *text, const char *name, const char *value)
{
	text_add(text, name);
	text_add_bytes(text, "=\"", 2);
	if (strpbrk(value, "\\\"\n") == NULL)
		text_add(text, value);
	else
		add_escaped(text, value, true);
	text_add_char(text, '"');
}

/* --- numbers --- */

/* Room for the longest: -1.7976931348623157e+308. */
#define NUMBER_MAX 32

/* Whole millionths: all our durations and times. Exact, and without printf(). */
static char *print_millionths(char *end, int64_t millionths)
{
	uint64_t size = (uint64_t)(millionths < 0 ? -millionths : millionths);
	uint64_t rest = size % 1000000, unit;

	if (millionths < 0)
		*end++ = '-';
	end += text_print_number(end, size / 1000000);
	if (rest == 0)
		return end;
	*end++ = '.';
	for (unit = 100000; rest > 0; rest %= unit, unit /= 10)
		*end++ = (char)('0' + rest / unit);
	return end;
}

static char *print_shortest(char *end, double value)
{
	int precision, size = 0;

	for (precision = 15; precision <= 17; precision++) {
		size = snprintf(end, NUMBER_MAX, "%.*g", precision, value);
		if (strtod(end, NULL) == value)
			break;
	}
	return end + size;
}

static char *print_special(char *end, double value)
{
	const char *word = isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";

	return stpcpy(end, word);
}

/* Returns where it ends; writes up to NUMBER_MAX bytes. */
static char *print_number(char *end, double value)
{
	/* Above this, millionths are more than a double can tell apart. */
	const double exact_max = 9e9;

	if (value == 0 || value == 1) {
		*end = value == 0 ? '0' : '1';
		return end + 1;
	}
	if (value > -exact_max && value < exact_max) {
		int64_t millionths = (int64_t)(value * 1e6 + (value < 0 ? -0.5 : 0.5));

		if ((double)millionths / 1e6 == value)
			return print_millionths(end, millionths);
	}
	return isfinite(value) ? print_shortest(end, value) : print_special(end, value);
}

void exposition_format_number(struct text *text, double value)
{
	char *start = text_reserve(text, NUMBER_MAX);

	text->size += (size_t)(print_number(start, value) - start);
}

/* --- many samples with the same first labels --- */

void exposition_share(struct exposition *e, const char *labels, size_t size)
{
	char *end;

	e->shared.size = 0;
	end = text_reserve(&e->shared, e->name_size + 1 + size + EXPOSITION_BLOCK);
	memcpy(end, e->name, e->name_size);
	end[e->name_size] = '{';
	memcpy(end + e->name_size + 1, labels, size);
	memset(end + e->name_size + 1 + size, 0, EXPOSITION_BLOCK);
	e->shared.size = e->name_size + 1 + size;
}

/* Whole blocks, which the compiler turns into a few moves: a call of memcpy() for each of
 * these short pieces would take as long as all the rest. */
static inline char *copy_blocks(char *end, const char *bytes, size_t size)
{
	size_t i;

	for (i = 0; i < size; i += EXPOSITION_BLOCK)
		memcpy(end + i, bytes + i, EXPOSITION_BLOCK);
	return end + size;
}

void exposition_sample(struct exposition *e, const char *own, size_t size, double value)
{
	char *start, *end;

	if (!e->has_header)
		add_header(e);
	start = text_reserve(e->page, e->shared.size + size + NUMBER_MAX + 2 * EXPOSITION_BLOCK);
	end = copy_blocks(start, e->shared.bytes, e->shared.size);
	if (size > 0)
		*end++ = ',';
	end = copy_blocks(end, own, size);
	*end++ = '}';
	*end++ = ' ';
	end = print_number(end, value);
	*end++ = '\n';
	e->page->size += (size_t)(end - start);
}
