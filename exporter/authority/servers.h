/* servers.h - the authoritative servers of all zones, each asked gently and without recursion.
 *
 * One upstream per address, made when it is needed and freed when it was idle for a while:
 * turns, retries, TCP on truncation, random ports and letter case are those of resolvers, but
 * an address never gets more than SERVERS_QPS queries a second from us, whatever asks.
 * Who leaves several questions in a row unanswered is left alone for a minute.
 *
 * Never asked: the configured resolvers themselves, and addresses in special-use space
 * (RFC 6890), unless the operator allows those. A zone's owner chooses where its NS records
 * point; he must not make us knock at doors inside.
 *
 * If SERVERS_SILENT_MAX questions in a row go unanswered, whoever was asked, all are
 * unreachable: most companies close port 53 to the outside. Any reply ends that.
 */
#pragma once

#include "asking/query.h"
#include "fcrdns/authority_answers.h"

/* So that no second ever sees more than five: the bucket of rate_limit.h holds one more. */
#define SERVERS_QPS 4

#define SERVERS_SILENT_MAX 10

struct servers;
struct server_question;
typedef void (*server_question_done_fn)(struct server_question *question);

/* One question to one server. Lives inside its owner's memory. */
struct server_question {
	struct query query; /* first. The result: its lookup and reply, until server_question_clear() */
	enum authority_answer_kind kind;
	struct servers *servers;
	struct server *server;
	server_question_done_fn on_done;
	void *context;
};

struct servers *servers_create(struct loop *loop);

/* Ends all questions as cancelled. NULL is fine; not from inside an answer. */
void servers_free(struct servers *servers);

/* Take over port, timeouts, and whom not to ask. Questions under way may end as cancelled. */
void servers_configure(struct servers *servers, const struct config *config);

/* `on_done` comes exactly once; before this returns, if the server is not asked: refused
 * (AUTHORITY_NOT_IN_ZONE), left alone or not routed to (AUTHORITY_SILENT), or cancelled. */
void servers_ask(struct servers *servers, struct server_question *question, const struct ip *ip,
		 const uint8_t *name, enum dns_type type, server_question_done_fn on_done,
		 void *context);
void server_question_clear(struct server_question *question);

bool servers_are_unreachable(const struct servers *servers);
