#include "report/probe_report.h"

#include "dns/name.h"
#include "fcrdns/confirmation.h"

static const char *plural(unsigned count)
{
	return count == 1 ? "" : "s";
}

static void print_seconds(struct text *text, float seconds)
{
	if (seconds >= 0)
		text_add_format(text, ", %.1f ms", (double)seconds * 1000);
}

/* Of an answer, how long it may be cached; of a failure, nothing. */
static void print_ttl(struct text *text, bool has_ttl, uint32_t ttl_s)
{
	if (has_ttl)
		text_add_format(text, ", TTL %u s", ttl_s);
}

static void print_name(struct text *text, const struct evidence *evidence, size_t i,
		       const struct target *target)
{
	const struct evidence_name *name = &evidence->names[i];
	char printed[DNS_NAME_TEXT_MAX];

	dns_name_print(evidence_name_wire(evidence, i), printed);
	text_add_format(text, "    %s: ", printed[0] == '\0' ? "." : printed);
	if (name->fault != REASON_NONE) {
		text_add_format(text, "no usable public host name (%s), not looked up\n",
				reason_name((enum reason)name->fault));
		return;
	}
	if (name->outcome != LOOKUP_DATA)
		text_add_format(text, "no address (%s)", reason_name((enum reason)name->reason));
	else
		text_add(text, name->confirms ? "leads back to the address"
					      : "has addresses, none is this one");
	print_ttl(text, name->has_ttl, name->ttl_s);
	if (name->aliased)
		text_add(text, ", by a CNAME");
	if (name->generic)
		text_add(text, ", looks like its provider's default");
	text_add(text, expectation_has(target->expectation, evidence_name_wire(evidence, i))
			       ? ", expected\n"
			       : "\n");
}

static void print_evidence(struct text *text, const struct evidence *evidence,
			   const struct view *view, const struct target *target)
{
	size_t i;

	if (evidence->ptr_outcome == LOOKUP_DATA)
		text_add_format(text, "  PTR: %u name%s", evidence->ptr_count,
				plural(evidence->ptr_count));
	else
		text_add_format(text, "  PTR: none (%s)",
				reason_name((enum reason)evidence->ptr_reason));
	print_ttl(text, evidence->has_ptr_ttl, evidence->ptr_ttl_s);
	print_seconds(text, view->ptr_seconds);
	text_add(text, evidence->reverse_aliased ? ", by a CNAME\n" : "\n");
	if (evidence->name_count > 0) {
		text_add_format(text, "  %s of each", target->ip.family == IP_V4 ? "A" : "AAAA");
		print_seconds(text, view->forward_seconds);
		text_add(text, "\n");
	}
	for (i = 0; i < evidence->name_count; i++)
		print_name(text, evidence, i, target);
}

static void print_confirmation(struct text *text, const struct probe_report_resolver *part)
{
	static const char *const sentences[] = {
		[CONFIRMATION_SAME] = "asked again, over TCP or from other ports: the same",
		[CONFIRMATION_OTHER] = "asked again over TCP: something else, and that counts",
		[CONFIRMATION_FAILED] = "asked again, and not confirmed: so it does not count",
	};

	if (part->confirmation >= 0)
		text_add_format(text, "  %s\n", sentences[part->confirmation]);
}

static void print_resolver(struct text *text, const struct probe_report_resolver *part,
			   const struct view *view, const struct target *target)
{
	char address[IP_PORT_TEXT_MAX];

	text_add_format(text, "\nResolver %s (%s, %s)", part->resolver->name,
			ip_port_print(&part->resolver->address, part->resolver->port, address),
			part->resolver->transport);
	if (part->done)
		text_add_format(text, ": %u question%s\n", part->queries, plural(part->queries));
	else
		text_add(text, ": not through when the time was over\n");
	if (view->counted != NULL)
		print_evidence(text, view->counted, view, target);
	print_confirmation(text, part);
	text_add_format(text, "  => %s (%s)\n", status_name((enum status)view->last_status),
			reason_name((enum reason)view->last_reason));
}

static void print_flags(struct text *text, unsigned flags)
{
	size_t i;

	for (i = 0; i < FLAG_COUNT; i++)
		if (flags & FLAG_BIT(i))
			text_add_format(text, ", %s", flag_name((enum flag)i));
}

static void print_verdict(struct text *text, const struct metrics_input *input)
{
	const struct target *target = input->targets->items[0];
	int64_t hold_ms[CONFIG_RESOLVERS_MAX];
	struct agreement agreement;
	size_t i;

	for (i = 0; i < input->resolver_count; i++)
		hold_ms[i] = input->resolvers[i].hold_ms;
	agreement = target_agreement(target, hold_ms, input->quorum, input->now.ms);
	text_add_format(text, "\nTogether, by a quorum of %u of %zu: %s", input->quorum,
			input->resolver_count, status_name(agreement.status));
	print_flags(text, agreement.flags);
	if (target->skipped) {
		text_add(text, "\n");
		return;
	}
	text_add_format(text, "\nThe resolvers %s.\n",
			agreement.ptr_disagreement || agreement.verdict_disagreement
				? "do not agree"
				: "that answered agree");
}

void probe_report_print(struct text *text, const struct probe_report *report)
{
	const struct metrics_input *input = &report->input;
	const struct target *target = input->targets->items[0];
	const char *expected = target->expectation->hostname;
	char ip[IP_TEXT_MAX];
	size_t i;

	text_add_format(text, "Probe of %s, expected: %s\nTook %.3f s\n", ip_print(&target->ip, ip),
			expected[0] != '\0' ? expected : "any name that leads back",
			input->probe->duration_seconds);
	if (target->skipped)
		text_add(text, "\nNot a public address, so nothing was asked (special_use: skip)\n");
	for (i = 0; i < input->resolver_count && !target->skipped; i++)
		print_resolver(text, &report->resolvers[i], &target->views[i], target);
	print_verdict(text, input);
	text_add(text, "\nThe metrics that would have been returned:\n\n");
}
