#include "fcrdns/generic_name.h"

#include "dns/name.h"
#include "dns/registrable_domain.h"
#include "fcrdns/address_trace.h"
#include "fcrdns/generic_words.h"
#include "fcrdns/provider_names.h"

#include <stddef.h>
#include <string.h>

/* Digits enough to number lines, too many for the third server of a name. */
enum { COUNTER_MIN = 3, LINE_COUNTER_MIN = 4, TOKEN_MIN = 10 };

struct words {
	bool mail;       /* left of the registrable domain or at its beginning */
	bool any;        /* of a network, a line, an end user */
	bool line;       /* of a line or an end user */
	bool dynamic;    /* of an end user */
	bool line_label; /* such a word is a label of its own, not the first */
	bool dynamic_label;
	bool v6_label;
};

/* Lower case with dots. A byte that is no part of a host name stands as '-'. */
static void print_text(const uint8_t *name, char text[DNS_NAME_MAX])
{
	size_t i;

	for (; *name != 0; name += 1 + *name) {
		for (i = 1; i <= *name; i++) {
			uint8_t c = name[i];
			bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';

			*text++ = kept ? (char)c : '-';
		}
		*text++ = '.';
	}
	text[-1] = '\0'; /* the last dot */
}

static bool is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static size_t count_digits(const char *text, size_t size)
{
	size_t count = 0, i;

	for (i = 0; i < size; i++)
		count += text[i] >= '0' && text[i] <= '9';
	return count;
}

static void note_word(struct words *words, enum word_kind kind, bool is_label)
{
	words->mail |= kind == WORD_MAIL;
	words->any |= kind >= WORD_NETWORK;
	words->line |= kind >= WORD_LINE;
	words->dynamic |= kind == WORD_DYNAMIC;
	words->line_label |= is_label && kind >= WORD_LINE;
	words->dynamic_label |= is_label && kind == WORD_DYNAMIC;
}

/* A label may end in digits and still be one word: "dip0", "static2". */
static void read_label(struct words *words, const char *label, size_t size, bool is_first)
{
	size_t begin = 0, end;

	words->v6_label |= !is_first && ((size == 4 && memcmp(label, "ipv6", 4) == 0) ||
					 (size == 3 && memcmp(label, "ip6", 3) == 0) ||
					 (size == 2 && memcmp(label, "v6", 2) == 0));
	while (begin < size) {
		for (end = begin; end < size && is_letter(label[end]);)
			end++;
		if (end > begin)
			note_word(words, generic_word_kind(label + begin, end - begin),
				  !is_first && begin == 0 &&
				      end + count_digits(label + end, size - end) == size);
		begin = end + 1;
	}
}

/* `left`: how much of the text stands left of the registrable domain. */
static struct words read_words(const char *text, size_t left)
{
	struct words words = {0}, domain = {0};
	size_t at = 0, size = strcspn(text + left, ".");

	while (at < left) {
		size_t label = strcspn(text + at, ".");

		read_label(&words, text + at, label, at == 0);
		at += label + 1;
	}
	/* Of the domain itself only this counts: example-mail.com sends mail. */
	read_label(&domain, text + left, size, false);
	words.mail |= domain.mail;
	return words;
}

/* The address, or as much of it as such words beside it make certain. */
static bool names_address(const char *text, const struct words *words, const struct ip *ip)
{
	switch (address_trace_find(text, ip)) {
	case TRACE_MOST:
		return true;
	case TRACE_PART:
		return words->any;
	case TRACE_HINT:
		return words->line;
	case TRACE_NONE:
		break;
	}
	return false;
}

/* A line's words and a number that is no part of the address. */
static bool names_line(const char *text, const struct words *words)
{
	size_t size = strcspn(text, "."), digits = count_digits(text, size);

	return (words->dynamic_label && digits > 0) || (words->dynamic && digits >= COUNTER_MIN) ||
	       (words->line_label && digits >= LINE_COUNTER_MIN) ||
	       (words->v6_label && digits >= COUNTER_MIN && size >= TOKEN_MIN);
}

bool generic_name_is(const uint8_t *name, const struct ip *ip)
{
	const uint8_t *domain = registrable_domain_find(name);
	size_t left = domain == NULL ? 0 : (size_t)(domain - name);
	char text[DNS_NAME_MAX] = "";
	struct words words;

	if (*name == 0)
		return false;
	print_text(name, text);
	if (left > 0 && provider_name_is(text))
		return true;
	words = read_words(text, left);
	if (words.mail)
		return words.dynamic && names_address(text, &words, ip);
	return names_address(text, &words, ip) ||
	       (left > 0 && (provider_name_is_unchosen(text) || names_line(text, &words)));
}
