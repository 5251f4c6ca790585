#include "io/listener.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 128
#define HOST_MAX 128

/* "HOST:PORT", "[v6]:PORT", ":PORT". */
static bool split_listen(const char *listen, char host[HOST_MAX], const char **port)
{
	const char *colon = strrchr(listen, ':');
	size_t length, i;
	long number;

	if (colon == NULL || colon - listen >= HOST_MAX)
		return false;
	length = (size_t)(colon - listen);
	if (length >= 2 && listen[0] == '[' && listen[length - 1] == ']') {
		listen++;
		length -= 2;
		if (memchr(listen, ':', length) == NULL)
			return false;
	} else if (memchr(listen, ':', length) != NULL) {
		return false;
	}
	memcpy(host, listen, length);
	host[length] = '\0';
	*port = colon + 1;
	for (i = 0; (*port)[i] != '\0'; i++)
		if ((*port)[i] < '0' || (*port)[i] > '9' || i >= 5)
			return false;
	number = strtol(*port, NULL, 10);
	return i > 0 && number <= 65535;
}

static int open_listener(const struct addrinfo *found)
{
	int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int yes = 1, no = 0, error;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (found->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
	if (bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* The first of the host's addresses that works. -1: `failure` is the last one's errno, or what
 * getaddrinfo() says, which is negative. An empty host is every address of the family. */
static int listen_at(const char *host, const char *port, int family, int *failure)
{
	struct addrinfo hints = {0}, *found = NULL, *each;
	int fd = -1;

	hints.ai_family = family;
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = AI_PASSIVE;
	*failure = getaddrinfo(host[0] == '\0' ? NULL : host, port, &hints, &found);
	if (*failure == EAI_SYSTEM)
		*failure = errno;
	for (each = found; each != NULL && fd < 0; each = each->ai_next) {
		fd = open_listener(each);
		*failure = fd < 0 ? errno : 0;
	}
	if (found != NULL)
		freeaddrinfo(found);
	return fd;
}

int listener_open(const char *text, struct error *error)
{
	char host[HOST_MAX];
	const char *port;
	int fd, failure;

	if (!split_listen(text, host, &port)) {
		error_set(error,
			  "--web.listen-address %s: expected HOST:PORT, like :10312 or [::1]:10312",
			  text);
		return -1;
	}
	/* No host: IPv6 takes both families; without IPv6, IPv4. */
	fd = listen_at(host, port, host[0] == '\0' ? AF_INET6 : AF_UNSPEC, &failure);
	if (host[0] == '\0' && (failure == EAFNOSUPPORT || failure == EADDRNOTAVAIL))
		fd = listen_at(host, port, AF_INET, &failure);
	if (fd < 0)
		error_set(error, "cannot listen on %s: %s", text,
			  failure < 0 ? gai_strerror(failure) : strerror(failure));
	return fd;
}

void listener_print(int fd, char text[LISTENER_TEXT_MAX])
{
	struct sockaddr_storage address = {0};
	socklen_t size = sizeof address;
	char host[HOST_MAX / 2] = "?", port[8] = "?";

	if (getsockname(fd, (struct sockaddr *)&address, &size) == 0)
		getnameinfo((struct sockaddr *)&address, size, host, sizeof host, port, sizeof port,
			    NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(text, LISTENER_TEXT_MAX, address.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host,
		 port);
}
