#include "config/config_printer.h"

#include "config/duration.h"

static const char *const per_resolver_words[] = {
	[CONFIG_PER_RESOLVER_ALL] = "all",
	[CONFIG_PER_RESOLVER_FAILING] = "failing",
	[CONFIG_PER_RESOLVER_NONE] = "none",
};

static const char *word(bool value)
{
	return value ? "true" : "false";
}

static void print_duration(struct text *text, const char *key, int64_t duration_ms)
{
	char duration[DURATION_TEXT_MAX];

	text_add_format(text, "%s: %s\n", key, duration_print(duration_ms, duration));
}

/* Names are quoted, since one may look like a number or a truth value. */
static void print_resolver(struct text *text, const struct config_resolver *resolver)
{
	char address[IP_PORT_TEXT_MAX];

	text_add_format(text,
			"  - name: \"%s\"\n    address: \"%s\"\n    transport: %s\n    max_qps: %u\n"
			"    max_in_flight: %u\n    edns: %s\n",
			resolver->name, ip_port_print(&resolver->address, resolver->port, address),
			resolver->transport == CONFIG_TCP ? "tcp" : "udp", resolver->max_qps,
			resolver->max_in_flight, word(resolver->edns));
}

void config_print(struct text *text, const struct config *config)
{
	size_t i;

	text_add(text, "resolvers:\n");
	for (i = 0; i < config->resolver_count; i++)
		print_resolver(text, &config->resolvers[i]);
	print_duration(text, "interval", config->interval_ms);
	print_duration(text, "changing_interval", config->changing_interval_ms);
	print_duration(text, "timeout", config->timeout_ms);
	text_add_format(text, "tries: %u\nquorum: %u\n", config->tries, config->quorum);
	print_duration(text, "hold", config->hold_ms);
	text_add_format(text, "special_use: %s\n", config->check_special_use ? "check" : "skip");
	text_add_format(text,
			"authoritative:\n  enabled: %s\n  port: %u\n  allow_special_use: %s\n"
			"max_block_addresses: %u\nmetrics:\n  per_resolver: %s\n  answer_info: %s\n",
			word(config->authoritative_enabled), config->authoritative_port,
			word(config->authoritative_special_use), config->max_block_addresses,
			per_resolver_words[config->per_resolver], word(config->answer_info));
}
