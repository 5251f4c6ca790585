/* listening.h - on which sockets the pages are served: those of --web.listen-address, or those
 * that systemd has opened. */
#pragma once

#include "app/options.h"
#include "io/http_server.h"

struct listening {
	struct http_server *servers[OPTIONS_REPEATS_MAX];
	size_t count;
};

/* False: what was opened is still to be stopped. */
bool listening_start(struct listening *listening, struct loop *loop, const struct options *options,
		     const struct http_service *service, struct error *error);
void listening_stop(struct listening *listening);

void listening_log(const struct listening *listening, const struct options *options);
