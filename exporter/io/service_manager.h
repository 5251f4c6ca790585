/* service_manager.h - what systemd hands to us, and what it wants to be told.
 *
 * sd_listen_fds(3), sd_notify(3), sd_watchdog_enabled(3). Where no service manager started us, all of
 * it does nothing.
 */
#pragma once

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* The listening sockets that were passed, at most `max`, non-blocking; they are the caller's. False: `error` says
 * that there is none, or what is none. To be called once. */
bool service_manager_take_sockets(int *fds, size_t max, size_t *count, struct error *error);

/* The configuration is loaded and the sockets are open, or a reload is over, well or not. `status` is for
 * people: "Watching 12 targets at 3 resolvers". */
void service_manager_tell_ready(const char *status);
void service_manager_tell_reloading(void);
void service_manager_tell_stopping(void);

/* We must give a sign of life within so long; 0: nobody waits for one. */
int64_t service_manager_watchdog_ms(void);
void service_manager_tell_alive(void);
