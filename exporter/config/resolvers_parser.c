#include "config/resolvers_parser.h"

#include "base/text.h"
#include "config/key_table.h"
#include "config/quote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 32
#define DNS_PORT 53
#define ADDRESS_EXPECTED "IP, IP:port or [v6]:port"

/* A resolver as far as it is read. Texts and nodes are the document's or the flag's. */
struct draft {
	const char *name;
	const char *address;
	struct config_resolver resolver;
	const char *flag; /* the flag's value, or NULL */
	const struct yaml_node *name_node, *address_node;
};

struct drafts {
	const struct yaml_document *document;
	struct draft items[CONFIG_RESOLVERS_MAX];
	size_t count;
	struct error *error;
};

static const char *const transport_words[] = {[CONFIG_UDP] = "udp", [CONFIG_TCP] = "tcp", NULL};

static const char *const name_words[] = {"a name like google", NULL};
static const char *const address_words[] = {ADDRESS_EXPECTED, NULL};

#define RESOLVER(field) offsetof(struct draft, resolver.field)

static const struct key resolver_keys[] = {
    {"name", KEY_TEXT, offsetof(struct draft, name), 0, 0, 0, name_words, NULL},
    {"address", KEY_TEXT, offsetof(struct draft, address), 0, 0, 0, address_words, NULL},
    {"transport", KEY_CHOICE, RESOLVER(transport), CONFIG_UDP, 0, 0, transport_words, NULL},
    {"max_qps", KEY_NUMBER, RESOLVER(max_qps), 50, 1, 1000000, NULL, NULL},
    {"max_in_flight", KEY_NUMBER, RESOLVER(max_in_flight), 256, 1, 10000, NULL, NULL},
    {"edns", KEY_BOOL, RESOLVER(edns), true, 0, 0, NULL, NULL},
    {0},
};

/* Put the place before the sentence: the flag, or the node in the file. */
static bool place(const struct drafts *drafts, const struct draft *draft,
		  const struct yaml_node *node)
{
	if (draft->flag != NULL)
		return error_prefix(drafts->error, "--resolver %s", draft->flag);
	return yaml_place(drafts->document, node, drafts->error);
}

static void print_place(const struct drafts *drafts, const struct draft *draft,
			const struct yaml_node *node, struct text *text)
{
	if (draft->flag != NULL)
		text_add_format(text, "--resolver %s", draft->flag);
	else
		text_add_format(text, "%s:%u:%u", drafts->document->path, node->line, node->column);
	text_terminate(text);
}

static bool check_name(const struct drafts *drafts, struct draft *draft)
{
	size_t length = strspn(draft->name, "abcdefghijklmnopqrstuvwxyz0123456789_-");
	char quoted[QUOTE_TEXT_MAX];

	if (length == 0 || length > NAME_MAX_BYTES || draft->name[length] != '\0') {
		error_set(drafts->error, "name is %s, expected 1 to %d of a-z, 0-9, _ and -",
			  quote_print(draft->name, quoted), NAME_MAX_BYTES);
		return place(drafts, draft, draft->name_node);
	}
	if (strcmp(draft->name, "authoritative") == 0) {
		error_set(drafts->error, "name is \"authoritative\", which stands for the servers "
					 "of the zone itself, expected another name");
		return place(drafts, draft, draft->name_node);
	}
	return true;
}

static bool check_address(const struct drafts *drafts, struct draft *draft)
{
	char quoted[QUOTE_TEXT_MAX];

	draft->resolver.port = DNS_PORT;
	if (ip_port_parse(draft->address, &draft->resolver.address, &draft->resolver.port))
		return true;
	error_set(drafts->error, "address is %s, expected " ADDRESS_EXPECTED,
		  quote_print(draft->address, quoted));
	return place(drafts, draft, draft->address_node);
}

static bool is_same_server(const struct config_resolver *a, const struct config_resolver *b)
{
	return ip_equal(&a->address, &b->address) && a->port == b->port &&
	       a->transport == b->transport;
}

static bool fail_same_name(const struct drafts *drafts, const struct draft *draft,
			   const struct draft *first)
{
	struct text text = TEXT_EMPTY;

	print_place(drafts, first, first->name_node, &text);
	error_set(drafts->error, "resolver name \"%s\" is there twice, first at %s", draft->name,
		  text.bytes);
	text_clear(&text);
	return place(drafts, draft, draft->name_node);
}

static bool fail_same_server(const struct drafts *drafts, const struct draft *draft,
			     const struct draft *first)
{
	const struct config_resolver *resolver = &draft->resolver;
	char address[IP_PORT_TEXT_MAX];
	struct text text = TEXT_EMPTY;

	print_place(drafts, first, first->address_node, &text);
	error_set(drafts->error, "server %s over %s is there twice, first at %s",
		  ip_port_print(&resolver->address, resolver->port, address),
		  transport_words[resolver->transport], text.bytes);
	text_clear(&text);
	return place(drafts, draft, draft->address_node);
}

/* The newest draft against those before it. */
static bool check_draft(struct drafts *drafts)
{
	struct draft *draft = &drafts->items[drafts->count], *other;

	if (!check_name(drafts, draft) || !check_address(drafts, draft))
		return false;
	for (other = drafts->items; other < draft; other++) {
		if (strcmp(other->name, draft->name) == 0)
			return fail_same_name(drafts, draft, other);
		if (is_same_server(&other->resolver, &draft->resolver))
			return fail_same_server(drafts, draft, other);
	}
	drafts->count++;
	return true;
}

/* The next draft with its defaults. The caller has made sure that there is room. */
static struct draft *begin_draft(struct drafts *drafts)
{
	struct draft *draft = &drafts->items[drafts->count];

	*draft = (struct draft){0};
	key_table_set_defaults(resolver_keys, draft);
	return draft;
}

static bool read_item(struct drafts *drafts, const struct yaml_node *item)
{
	struct draft *draft = begin_draft(drafts);
	char description[YAML_DESCRIPTION_MAX];

	if (item->kind != YAML_MAP)
		return yaml_fail(drafts->document, item, drafts->error,
				 "resolver is %s, expected a map with name and address",
				 yaml_describe(item, description));
	if (!key_table_read(drafts->document, item, resolver_keys, draft, drafts->error))
		return false;
	draft->name_node = yaml_find(item, "name");
	draft->address_node = yaml_find(item, "address");
	if (draft->name == NULL)
		return yaml_fail(drafts->document, item, drafts->error,
				 "resolver without a name, expected name and address");
	if (draft->address == NULL)
		return yaml_fail(drafts->document, item, drafts->error,
				 "resolver without an address, expected name and address");
	return check_draft(drafts);
}

static bool read_list(struct drafts *drafts, const struct yaml_node *list)
{
	const struct yaml_node *item;

	if (list->count == 0)
		return yaml_fail(drafts->document, list, drafts->error,
				 "resolvers is an empty list, expected at least one resolver");
	if (list->count > CONFIG_RESOLVERS_MAX)
		return yaml_fail(drafts->document, list, drafts->error,
				 "resolvers has %u entries, expected at most %d", list->count,
				 CONFIG_RESOLVERS_MAX);
	for (item = list->first; item != NULL; item = item->next)
		if (!read_item(drafts, item))
			return false;
	return true;
}

/* NAME=ADDRESS[:PORT]; the name is copied into the arena. */
static bool read_flag(struct drafts *drafts, const char *flag, struct arena *arena)
{
	const char *equals = strchr(flag, '=');
	struct draft *draft = begin_draft(drafts);

	draft->flag = flag;
	if (equals == NULL) {
		error_set(drafts->error, "no = in it, expected NAME=ADDRESS[:PORT]");
		return place(drafts, draft, NULL);
	}
	draft->name = arena_copy_bytes(arena, flag, (size_t)(equals - flag));
	draft->address = equals + 1;
	return check_draft(drafts);
}

static bool read_flags(struct drafts *drafts, const struct config_input *input, struct arena *arena)
{
	size_t i;

	if (input->resolver_flag_count > CONFIG_RESOLVERS_MAX)
		return error_set(drafts->error,
				 "--resolver is given %zu times, expected at most %d",
				 input->resolver_flag_count, CONFIG_RESOLVERS_MAX);
	drafts->count = 0;
	for (i = 0; i < input->resolver_flag_count; i++)
		if (!read_flag(drafts, input->resolver_flags[i], arena))
			return false;
	return true;
}

static bool read_usual_three(struct drafts *drafts, bool no_ipv4_route, struct arena *arena)
{
	static const char *const v4[] = {"google=8.8.8.8", "cloudflare=1.1.1.1", "quad9=9.9.9.9"};
	static const char *const v6[] = {"google=2001:4860:4860::8888",
					 "cloudflare=2606:4700:4700::1111", "quad9=2620:fe::fe"};
	size_t i;

	for (i = 0; i < 3; i++)
		if (!read_flag(drafts, no_ipv4_route ? v6[i] : v4[i], arena))
			return false;
	return true;
}

static void keep(const struct drafts *drafts, struct config *config)
{
	struct config_resolver *resolvers =
	    arena_allocate_array(config->arena, drafts->count, sizeof *resolvers);
	size_t i;

	for (i = 0; i < drafts->count; i++) {
		resolvers[i] = drafts->items[i].resolver;
		resolvers[i].name = arena_copy_text(config->arena, drafts->items[i].name);
	}
	config->resolvers = resolvers;
	config->resolver_count = drafts->count;
}

bool resolvers_parse(const struct config_input *input, const struct yaml_document *document,
		     const struct yaml_node *list, struct config *config, struct error *error)
{
	struct drafts drafts = {.document = document, .error = error};

	if (list != NULL && !read_list(&drafts, list))
		return false;
	if (input->resolver_flag_count > 0 && !read_flags(&drafts, input, config->arena))
		return false;
	if (drafts.count == 0 && !read_usual_three(&drafts, input->no_ipv4_route, config->arena))
		return false;
	keep(&drafts, config);
	return true;
}
