#include "app/web_policy.h"

#include "app/plain_answer.h"
#include "app/web_policy_reader.h"
#include "base/log.h"
#include "base/memory.h"
#include "io/http_server.h"
#include "io/http_users.h"
#include "pacing/bucket.h"

#include <stdlib.h>

#define LOOK_MS 2000

/* What the other thread works on; it outlives a policy that ends meanwhile. */
struct look {
	struct web_policy *policy; /* NULL: it has ended */
	struct web_policy_reader reader;
	struct web_generation generation;
	enum web_policy_reading reading;
	struct error error;
};

struct web_policy {
	struct http_policy http;
	struct loop *loop;
	struct loop_timer *timer;
	struct look *look; /* NULL: there is no file */
	bool looking;
	struct web_generation generation;
	struct http_header headers[WEB_CONFIG_HEADERS_MAX];
	struct http_users *users;
	struct bucket requests; /* as it was set at the start */
};

/* --- requests --- */

static void refuse_user(struct http_response *response)
{
	plain_answer(response, 401, "Unauthorized");
	response->authenticate = "Basic";
}

static void on_checked(void *context, bool right)
{
	struct http_response response = {0};

	if (right) {
		http_exchange_admit(context);
		return;
	}
	refuse_user(&response);
	http_exchange_answer(context, &response);
}

/* The rate first, as it costs least, then the user. */
static enum http_admission admit(void *context, const struct http_request *request,
				 struct http_response *response)
{
	struct web_policy *policy = context;

	if (!bucket_take(&policy->requests, 1, loop_now().ms)) {
		plain_answer(response, 429, "Too many requests: rate_limit in the web configuration");
		return HTTP_REFUSED;
	}
	if (!http_users_has_any(policy->users))
		return HTTP_ADMITTED;
	switch (http_users_check(policy->users, request->authorization, on_checked,
				 request->exchange)) {
	case HTTP_USERS_RIGHT:
		return HTTP_ADMITTED;
	case HTTP_USERS_LATER:
		return HTTP_UNDECIDED;
	case HTTP_USERS_BUSY:
		plain_answer(response, 503, "Too many passwords wait to be checked");
		return HTTP_REFUSED;
	case HTTP_USERS_WRONG:
		break;
	}
	refuse_user(response);
	return HTTP_REFUSED;
}

/* --- generations --- */

static void take_headers(struct web_policy *policy, const struct web_config *config)
{
	size_t i;

	for (i = 0; i < config->header_count; i++)
		policy->headers[i] =
			(struct http_header){config->headers[i].name, config->headers[i].value};
	policy->http.headers = policy->headers;
	policy->http.header_count = config->header_count;
}

static void take_users(struct web_policy *policy, const struct web_config *config)
{
	struct http_user *list = memory_allocate_array(config->user_count, sizeof *list);
	size_t i;

	for (i = 0; i < config->user_count; i++)
		list[i] = (struct http_user){config->users[i].name, config->users[i].hash};
	http_users_set(policy->users, list, config->user_count);
	free(list);
}

static void log_warnings(const struct web_config *config)
{
	size_t i;

	for (i = 0; i < config->warning_count; i++)
		log_warn(config->warnings[i]);
}

/* Takes the generation over. */
static void take(struct web_policy *policy, struct web_generation *generation)
{
	struct web_generation before = policy->generation;

	log_warnings(generation->config);
	policy->generation = *generation;
	*generation = (struct web_generation){NULL, NULL};
	take_headers(policy, policy->generation.config);
	take_users(policy, policy->generation.config);
	policy->http.tls = policy->generation.tls;
	web_generation_clear(&before);
}

/* --- files --- */

static void read_elsewhere(void *context)
{
	struct look *look = context;

	look->reading = web_policy_read(&look->reader, &look->generation, &look->error);
}

static void take_look(struct web_policy *policy, struct look *look)
{
	if (look->reading == WEB_POLICY_BAD) {
		log_error("The web configuration before stays in force",
			  LOG_TEXT("err", look->error.text));
	} else if ((look->generation.tls != NULL) != policy->http.has_tls) {
		log_error("TLS cannot come or go without a restart: the web configuration before "
			  "stays in force");
		web_generation_clear(&look->generation);
	} else {
		take(policy, &look->generation);
		log_info("The web configuration was changed");
	}
}

static void on_read(void *context)
{
	struct look *look = context;
	struct web_policy *policy = look->policy;

	if (policy == NULL) {
		web_generation_clear(&look->generation);
		free(look);
		return;
	}
	policy->looking = false;
	if (look->reading != WEB_POLICY_UNCHANGED)
		take_look(policy, look);
	loop_timer_start(policy->timer, LOOK_MS);
}

static void on_time(void *context)
{
	struct web_policy *policy = context;

	policy->looking = true;
	loop_work(policy->loop, read_elsewhere, on_read, policy->look);
}

/* --- life --- */

static bool read_first(struct web_policy *policy, const char *path, struct error *error)
{
	struct look *look = policy->look = memory_allocate(sizeof *look);

	look->policy = policy;
	look->reader.path = path;
	if (web_policy_read(&look->reader, &look->generation, error) != WEB_POLICY_GOOD)
		return false;
	take(policy, &look->generation);
	policy->http.has_tls = policy->http.tls != NULL;
	bucket_init(&policy->requests, policy->generation.config->requests_per_second,
		    policy->generation.config->burst, loop_now().ms);
	policy->http.admit = admit;
	policy->http.context = policy;
	policy->timer = loop_timer_create(policy->loop, on_time, policy);
	loop_timer_start(policy->timer, LOOK_MS);
	return true;
}

struct web_policy *web_policy_create(struct loop *loop, const char *path, struct error *error)
{
	struct web_policy *policy = memory_allocate(sizeof *policy);

	policy->loop = loop;
	policy->users = http_users_create(loop);
	if (path == NULL || read_first(policy, path, error))
		return policy;
	web_policy_free(policy);
	return NULL;
}

void web_policy_free(struct web_policy *policy)
{
	if (policy == NULL)
		return;
	if (policy->looking)
		policy->look->policy = NULL;
	else
		free(policy->look);
	loop_timer_free(policy->timer);
	http_users_free(policy->users);
	web_generation_clear(&policy->generation);
	free(policy);
}

bool web_policy_is_busy(const struct web_policy *policy)
{
	return policy->looking || http_users_is_busy(policy->users);
}

const struct http_policy *web_policy_http(const struct web_policy *policy)
{
	return &policy->http;
}

bool web_policy_check(const char *path, struct error *error)
{
	struct web_policy_reader reader = {path, 0};
	struct web_generation generation;

	if (web_policy_read(&reader, &generation, error) != WEB_POLICY_GOOD)
		return false;
	log_warnings(generation.config);
	web_generation_clear(&generation);
	return true;
}
