#include "fcrdns/generic_words.h"

#include <stdbool.h>
#include <string.h>

enum place { WHOLE, FIRST, LAST, ANYWHERE };

struct entry {
	const char *text;
	enum place place; /* in the word */
};

/* The exemption of SpamAssassin's 20_dynrdns.cf, wider, and the word in other languages. */
static const struct entry mail_words[] = {
    {"mail", ANYWHERE},   {"smtp", ANYWHERE},       {"mx", WHOLE},
    {"mxout", WHOLE},     {"mxs", WHOLE},           {"mta", FIRST},
    {"mta", LAST},        {"mtas", LAST},           {"mout", WHOLE},
    {"out", WHOLE},       {"outbound", FIRST},      {"outgoing", FIRST},
    {"outbyoip", WHOLE},  {"relay", FIRST},         {"relay", LAST},
    {"send", WHOLE},      {"sender", FIRST},        {"sending", WHOLE},
    {"bounce", FIRST},    {"newsletter", FIRST},    {"news", WHOLE},
    {"list", WHOLE},      {"lists", WHOLE},         {"listserv", WHOLE},
    {"sympa", WHOLE},     {"postfix", FIRST},       {"exim", WHOLE},
    {"exchange", WHOLE},  {"exch", FIRST},          {"imap", WHOLE},
    {"zimbra", WHOLE},    {"antispam", WHOLE},      {"spam", FIRST},
    {"ironport", FIRST},  {"esa", WHOLE},           {"barracuda", WHOLE},
    {"delivery", WHOLE},  {"deliver", WHOLE},       {"campaign", FIRST},
    {"notify", WHOLE},    {"notification", FIRST},  {"correo", FIRST},
    {"correio", FIRST},   {"posta", WHOLE},         {"poczta", WHOLE},
    {"pochta", WHOLE},    {"courrier", FIRST},      {"courriel", WHOLE},
    {"posti", WHOLE},     {"post", WHOLE},          {"postal", WHOLE},
    {"inbound", FIRST},   {"edm", WHOLE},           {"mkt", WHOLE},
    {"marketing", WHOLE}, {"promo", FIRST},         {"bulk", WHOLE},
    {"alerts", WHOLE},    {"transactional", WHOLE}, {"sendgrid", WHOLE},
    {"sparkpost", WHOLE}, {"mandrill", FIRST},
};

/* draft-msullivan-dnsop-generic-naming-schemes, rspamd's hfilter, domain names of providers. */
static const struct entry dynamic_words[] = {
    {"dyn", WHOLE},      {"dynip", FIRST},      {"dynamic", WHOLE},      {"dynamicip", FIRST},
    {"dinamica", WHOLE}, {"dinamico", WHOLE},   {"dhcp", ANYWHERE},      {"dial", WHOLE},
    {"dialup", FIRST},   {"dialin", FIRST},     {"ppp", FIRST},          {"pppoe", ANYWHERE},
    {"dsl", LAST},       {"adsl", FIRST},       {"vdsl", FIRST},         {"xdsl", FIRST},
    {"dslam", WHOLE},    {"dslb", WHOLE},       {"dsldevice", WHOLE},    {"isdn", WHOLE},
    {"cable", FIRST},    {"cable", LAST},       {"cbl", WHOLE},          {"catv", WHOLE},
    {"docsis", WHOLE},   {"cpe", WHOLE},        {"modem", FIRST},        {"dip", WHOLE},
    {"gprs", WHOLE},     {"umts", WHOLE},       {"wimax", FIRST},        {"ftth", WHOLE},
    {"fttb", WHOLE},     {"fttx", WHOLE},       {"cgn", WHOLE},          {"cgnat", WHOLE},
    {"hsi", WHOLE},      {"hsia", WHOLE},       {"broadband", ANYWHERE}, {"bras", WHOLE},
    {"lns", WHOLE},      {"lightspeed", WHOLE}, {"residential", WHOLE},  {"ras", WHOLE},
    {"apn", WHOLE},      {"bredband", WHOLE},   {"fbx", WHOLE},          {"abo", WHOLE},
};

static const struct entry line_words[] = {
    {"static", ANYWHERE},  {"statik", WHOLE},   {"estatic", FIRST},    {"fixip", WHOLE},
    {"fixed", WHOLE},      {"fix", WHOLE},      {"cust", WHOLE},       {"customer", FIRST},
    {"client", FIRST},     {"clients", WHOLE},  {"cliente", FIRST},    {"user", WHOLE},
    {"users", WHOLE},      {"usr", WHOLE},      {"subscriber", FIRST}, {"subs", WHOLE},
    {"subnet", WHOLE},     {"res", WHOLE},      {"resid", WHOLE},      {"rev", WHOLE},
    {"reverse", WHOLE},    {"bb", WHOLE},       {"fiber", WHOLE},      {"fibre", WHOLE},
    {"fibra", WHOLE},      {"gpon", WHOLE},     {"mobile", WHOLE},     {"lte", WHOLE},
    {"nat", WHOLE},        {"cm", WHOLE},       {"rrcs", WHOLE},       {"wsip", WHOLE},
    {"unassigned", WHOLE}, {"unused", WHOLE},   {"unknown", WHOLE},    {"generic", FIRST},
    {"biz", WHOLE},        {"business", WHOLE}, {"pool", WHOLE},       {"abonent", FIRST},
    {"pools", WHOLE},      {"speedy", WHOLE},   {"undefined", WHOLE},  {"unallocated", WHOLE},
    {"unset", WHOLE},      {"undef", WHOLE},    {"kunde", WHOLE},      {"kunden", WHOLE},
    {"usuario", FIRST},    {"klient", FIRST},   {"asiakas", WHOLE},    {"abonne", WHOLE},
};

static const struct entry network_words[] = {
    {"host", FIRST},     {"hosted", WHOLE},    {"ip", WHOLE},      {"ips", WHOLE},
    {"node", FIRST},     {"access", WHOLE},    {"acc", WHOLE},     {"addr", FIRST},
    {"net", WHOLE},      {"range", WHOLE},     {"red", WHOLE},     {"home", WHOLE},
    {"wireless", WHOLE}, {"wifi", WHOLE},      {"wlan", WHOLE},    {"lan", WHOLE},
    {"wan", WHOLE},      {"dedicated", FIRST}, {"ded", WHOLE},     {"dedi", WHOLE},
    {"server", FIRST},   {"srv", WHOLE},       {"vps", WHOLE},     {"vm", WHOLE},
    {"vds", WHOLE},      {"kvm", WHOLE},       {"cloud", FIRST},   {"colo", FIRST},
    {"public", WHOLE},   {"pub", WHOLE},       {"ptr", WHOLE},     {"rdns", WHOLE},
    {"inaddr", WHOLE},   {"arpa", WHOLE},      {"vpn", WHOLE},     {"isp", WHOLE},
    {"internet", WHOLE}, {"inet", WHOLE},      {"telecom", WHOLE}, {"tel", WHOLE},
    {"priv", WHOLE},     {"pc", WHOLE},        {"port", WHOLE},    {"members", WHOLE},
    {"instance", FIRST}, {"compute", WHOLE},   {"unit", WHOLE},    {"cl", WHOLE},
    {"p", WHOLE},
};

static bool matches(const struct entry *entry, const char *word, size_t size)
{
	size_t length = strlen(entry->text);

	if (size < length)
		return false;
	switch (entry->place) {
	case WHOLE:
		return size == length && memcmp(word, entry->text, length) == 0;
	case FIRST:
		return memcmp(word, entry->text, length) == 0;
	case LAST:
		return memcmp(word + size - length, entry->text, length) == 0;
	case ANYWHERE:
		return memmem(word, size, entry->text, length) != NULL;
	}
	return false;
}

struct table {
	const struct entry *entries;
	size_t count;
	enum word_kind kind;
};

#define TABLE(entries, kind)                                                                       \
	{                                                                                          \
		entries, sizeof entries / sizeof *entries, kind                                    \
	}

/* The first that knows the word says its kind. */
static const struct table tables[] = {
    TABLE(mail_words, WORD_MAIL),
    TABLE(dynamic_words, WORD_DYNAMIC),
    TABLE(line_words, WORD_LINE),
    TABLE(network_words, WORD_NETWORK),
};

enum word_kind generic_word_kind(const char *word, size_t size)
{
	size_t i, j;

	for (i = 0; i < sizeof tables / sizeof *tables; i++)
		for (j = 0; j < tables[i].count; j++)
			if (matches(&tables[i].entries[j], word, size))
				return tables[i].kind;
	return WORD_OTHER;
}
