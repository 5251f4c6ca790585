#include "io/service_manager.h"

#include "io/loop.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

static bool is_listening_socket(int fd)
{
	return sd_is_socket(fd, AF_INET, SOCK_STREAM, 1) > 0 ||
	       sd_is_socket(fd, AF_INET6, SOCK_STREAM, 1) > 0;
}

bool service_manager_take_sockets(int *fds, size_t max, size_t *count, struct error *error)
{
	int passed = sd_listen_fds(1), i;

	*count = 0;
	if (passed <= 0)
		return error_set(error, "--web.systemd-socket: no socket activation file descriptors "
					"found; expected a .socket unit that passes them");
	if ((size_t)passed > max)
		return error_set(error, "--web.systemd-socket: %d sockets were passed, expected at "
					"most %zu", passed, max);
	for (i = 0; i < passed; i++) {
		int fd = SD_LISTEN_FDS_START + i;

		if (!is_listening_socket(fd))
			return error_set(error, "--web.systemd-socket: descriptor %d is no listening "
						"TCP socket, expected ListenStream=ADDRESS:PORT", fd);
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
		fds[(*count)++] = fd;
	}
	return true;
}

void service_manager_tell_ready(const char *status)
{
	sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void service_manager_tell_reloading(void)
{
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, loop_now_us());
}

void service_manager_tell_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

int64_t service_manager_watchdog_ms(void)
{
	uint64_t watchdog_us;

	return sd_watchdog_enabled(0, &watchdog_us) > 0 ? (int64_t)(watchdog_us / 1000) : 0;
}

void service_manager_tell_alive(void)
{
	sd_notify(0, "WATCHDOG=1");
}
