#include "report/negotiation.h"

#include <string.h>

#define WEIGHT_ONE 1000

#define TEXT_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define OPENMETRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

/* Part of the header. */
struct slice {
	const char *bytes;
	size_t size;
};

/* One element of the list: a media range or a coding, and the parameters we know. */
struct element {
	struct slice name;
	struct slice version, escaping; /* quotes and all; empty: not there */
	unsigned weight;                /* thousandths */
	bool is_sound;
};

/* What the list says of one thing we have. */
struct offer {
	enum { UNNAMED, ANYTHING, ANY_SUBTYPE, BY_NAME } precision;
	unsigned weight;
	size_t place; /* in the list */
	struct slice escaping;
};

/* --- the grammar of both headers --- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* RFC 9110 5.6.2, and the slash between type and subtype. */
static bool is_name_byte(char c)
{
	return c != '\0' && (is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') ||
			     strchr("!#$%&'*+-.^_`|~/", c) != NULL);
}

static void skip_blanks(const char **at)
{
	*at += strspn(*at, " \t");
}

static struct slice take_token(const char **at)
{
	struct slice token = {*at, 0};

	while (is_name_byte(token.bytes[token.size]))
		token.size++;
	*at += token.size;
	return token;
}

/* From one quote to behind the other; false if there is none. */
static bool skip_quoted(const char **at)
{
	const char *end = *at + 1;

	while (*end != '\0' && *end != '"')
		end += end[0] == '\\' && end[1] != '\0' ? 2 : 1;
	*at = *end == '"' ? end + 1 : end;
	return *end == '"';
}

static void skip_to_comma(const char **at)
{
	while (**at != '\0' && **at != ',')
		if (**at == '"')
			skip_quoted(at);
		else
			++*at;
}

/* Is `value`, quoted or not, `word`, which is lower case? */
static bool is_word(struct slice value, const char *word)
{
	const char *at = value.bytes, *end;

	if (value.size == 0)
		return *word == '\0';
	end = at + value.size;
	if (*at == '"') {
		at++;
		end--;
	}
	for (; at < end; at++, word++) {
		if (*at == '\\') /* never the last: what it escapes is inside the quotes */
			at++;
		if (*word == '\0' || to_lower(*at) != *word)
			return false;
	}
	return *word == '\0';
}

/* RFC 9110 12.4.2; a digit too many is none too few. */
static bool read_weight(struct slice value, unsigned *weight)
{
	const char *at = value.bytes, *end = at + value.size;
	unsigned unit = WEIGHT_ONE;

	*weight = 0;
	if (at < end && is_digit(*at))
		*weight = unit * (unsigned)(*at++ - '0');
	if (at < end && *at == '.')
		for (at++; at < end && is_digit(*at); at++)
			*weight += (unit /= 10) * (unsigned)(*at - '0');
	return value.size > 0 && at == end && *weight <= WEIGHT_ONE;
}

/* Behind the semicolon; there may be nothing. */
static bool read_parameter(const char **at, struct element *element)
{
	struct slice name, value = {"", 0};

	skip_blanks(at);
	name = take_token(at);
	if (name.size > 0 && **at == '=') {
		++*at;
		value.bytes = *at;
		if (**at != '"')
			take_token(at);
		else if (!skip_quoted(at))
			return false;
		value.size = (size_t)(*at - value.bytes);
	}
	if (is_word(name, "q"))
		return read_weight(value, &element->weight);
	if (is_word(name, "version"))
		element->version = value;
	else if (is_word(name, "escaping"))
		element->escaping = value;
	return true;
}

/* False at the end of the list. */
static bool read_element(const char **at, struct element *element)
{
	*at += strspn(*at, " \t,");
	if (**at == '\0')
		return false;
	*element = (struct element){.weight = WEIGHT_ONE, .is_sound = true};
	element->name = take_token(at);
	for (skip_blanks(at); **at == ';' && element->is_sound; skip_blanks(at)) {
		++*at;
		element->is_sound = read_parameter(at, element);
	}
	if (**at != ',' && **at != '\0')
		element->is_sound = false;
	skip_to_comma(at);
	return true;
}

/* --- the choice --- */

/* The most precise range decides (RFC 9110 12.5.1), among equals the greatest weight. */
static void consider(struct offer *offer, const struct element *element, size_t place,
		     unsigned precision)
{
	if (precision == UNNAMED || precision < offer->precision)
		return;
	if (precision == offer->precision && element->weight <= offer->weight)
		return;
	offer->precision = precision;
	offer->weight = element->weight;
	offer->place = place;
	offer->escaping = element->escaping;
}

static unsigned precision_of_text(const struct element *element)
{
	if (is_word(element->name, "*/*"))
		return ANYTHING;
	if (is_word(element->name, "text/*"))
		return ANY_SUBTYPE;
	/* 1.0.0 is 0.0.4 with names that we do not have. */
	return is_word(element->name, "text/plain") &&
		       (element->version.size == 0 || is_word(element->version, "0.0.4") ||
			is_word(element->version, "1.0.0"))
		   ? BY_NAME
		   : UNNAMED;
}

static unsigned precision_of_openmetrics(const struct element *element)
{
	return is_word(element->name, "application/openmetrics-text") ? BY_NAME : UNNAMED;
}

static bool comes_first(const struct offer *openmetrics, const struct offer *text)
{
	if (openmetrics->weight == 0 || openmetrics->weight != text->weight)
		return openmetrics->weight > text->weight;
	return text->precision < BY_NAME || openmetrics->place < text->place;
}

static enum negotiation_escaping escaping_of(struct slice value)
{
	static const char *const words[NEGOTIATION_ESCAPINGS] = {"", "allow-utf-8", "underscores",
								 "dots", "values"};
	unsigned i;

	for (i = NEGOTIATION_ESCAPINGS - 1; i > NEGOTIATION_NOT_ASKED; i--)
		if (is_word(value, words[i]))
			break;
	return i;
}

struct negotiation negotiation_read_accept(const char *accept)
{
	struct offer text = {0}, openmetrics = {0};
	struct element element;
	size_t place = 0;

	while (accept != NULL && read_element(&accept, &element)) {
		place++;
		if (!element.is_sound)
			continue;
		consider(&text, &element, place, precision_of_text(&element));
		consider(&openmetrics, &element, place, precision_of_openmetrics(&element));
	}
	if (comes_first(&openmetrics, &text))
		return (struct negotiation){EXPOSITION_OPENMETRICS,
					    escaping_of(openmetrics.escaping)};
	return (struct negotiation){EXPOSITION_TEXT, escaping_of(text.escaping)};
}

const char *negotiation_content_type(struct negotiation negotiation)
{
#define WITH_ESCAPINGS(type)                                                                       \
	{                                                                                          \
		type, type "; escaping=allow-utf-8", type "; escaping=underscores",                \
		    type "; escaping=dots", type "; escaping=values"                               \
	}
	static const char *const types[][NEGOTIATION_ESCAPINGS] = {
	    [EXPOSITION_TEXT] = WITH_ESCAPINGS(TEXT_TYPE),
	    [EXPOSITION_OPENMETRICS] = WITH_ESCAPINGS(OPENMETRICS_TYPE),
	};

	return types[negotiation.format][negotiation.escaping];
}

bool negotiation_wants_gzip(const char *accept_encoding)
{
	struct offer gzip = {0}, identity = {0};
	struct element element;

	while (accept_encoding != NULL && read_element(&accept_encoding, &element)) {
		bool is_gzip = is_word(element.name, "gzip") || is_word(element.name, "x-gzip");

		if (!element.is_sound)
			continue;
		if (is_gzip || is_word(element.name, "*"))
			consider(&gzip, &element, 0, is_gzip ? BY_NAME : ANYTHING);
		if (is_word(element.name, "identity"))
			consider(&identity, &element, 0, BY_NAME);
	}
	return gzip.weight > 0 && gzip.weight >= identity.weight;
}
