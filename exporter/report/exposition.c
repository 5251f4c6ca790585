#include "report/exposition.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const type_names[] = {"gauge", "counter", "histogram"};

void exposition_family(struct exposition *e, const char *name, enum exposition_type type,
		       const char *help)
{
	e->name = name;
	e->name_size = strlen(name);
	e->type = type;
	e->help = help;
	e->has_header = false;
}

/* In HELP a backslash and a newline are escaped, in label values the quote as well. */
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

static void add_header(struct exposition *e)
{
	text_add_format(e->page, "# HELP %s ", e->name);
	add_escaped(e->page, e->help, false);
	text_add_format(e->page, "\n# TYPE %s %s\n", e->name, type_names[e->type]);
	e->has_header = true;
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

/* Whole millionths: all our durations and times. Exact, and without printf(). */
static void add_millionths(struct text *text, int64_t millionths)
{
	uint64_t size = (uint64_t)(millionths < 0 ? -millionths : millionths);
	uint64_t rest = size % 1000000, unit;

	if (millionths < 0)
		text_add_char(text, '-');
	text->size += text_print_number(text_reserve(text, TEXT_NUMBER_MAX), size / 1000000);
	if (rest == 0)
		return;
	text_add_char(text, '.');
	for (unit = 100000; rest > 0; rest %= unit, unit /= 10)
		text_add_char(text, (char)('0' + rest / unit));
}

static void add_shortest(struct text *text, double value)
{
	char digits[32];
	int precision;

	for (precision = 15; precision <= 17; precision++) {
		snprintf(digits, sizeof digits, "%.*g", precision, value);
		if (strtod(digits, NULL) == value)
			break;
	}
	text_add(text, digits);
}

void exposition_format_number(struct text *text, double value)
{
	/* Above this, millionths are more than a double can tell apart. */
	const double exact_max = 9e9;

	if (value == 0 || value == 1) {
		text_add_char(text, value == 0 ? '0' : '1');
	} else if (fabs(value) < exact_max && (double)llround(value * 1e6) / 1e6 == value) {
		add_millionths(text, llround(value * 1e6));
	} else if (isnan(value)) {
		text_add(text, "NaN");
	} else if (isinf(value)) {
		text_add(text, value > 0 ? "+Inf" : "-Inf");
	} else {
		add_shortest(text, value);
	}
}
