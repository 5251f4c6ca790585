/* listener.h - the socket that pages are served on.
 *
 * Knows addresses and sockets, no HTTP.
 */
#pragma once

#include "base/error.h"

#define LISTENER_TEXT_MAX 128

/* Listen on HOST:PORT; ":10312" is every address of both families, "127.0.0.1:0" a free port.
 * The descriptor is the caller's. -1: `error` has a whole sentence that names `text`. */
int listener_open(const char *text, struct error *error);

/* What it listens on: "[::]:10312". */
void listener_print(int fd, char text[LISTENER_TEXT_MAX]);
