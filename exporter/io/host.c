#include "io/host.h"

#include "io/address.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void ask_canonical_name(const char *own, char name[HOST_NAME_TEXT_MAX])
{
	struct addrinfo hints = {.ai_flags = AI_CANONNAME}, *found = NULL;

	if (getaddrinfo(own, NULL, &hints, &found) == 0 && found->ai_canonname != NULL)
		snprintf(name, HOST_NAME_TEXT_MAX, "%s", found->ai_canonname);
	if (found != NULL)
		freeaddrinfo(found);
}

bool host_own_name(char name[HOST_NAME_TEXT_MAX], struct error *error)
{
	char own[HOST_NAME_TEXT_MAX] = "";

	if (gethostname(own, sizeof own - 1) != 0 || own[0] == '\0')
		return error_set(error, "this host has no name");
	snprintf(name, HOST_NAME_TEXT_MAX, "%s", own);
	if (strchr(name, '.') == NULL)
		ask_canonical_name(own, name);
	if (strchr(name, '.') == NULL)
		return error_set(error, "this host's own name is \"%s\", expected one with a domain", own);
	return true;
}

static bool has_route(int family, const struct ip *ip)
{
	struct sockaddr_storage address;
	socklen_t size = address_from_ip(ip, 53, &address);
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool routed = fd >= 0 && connect(fd, (struct sockaddr *)&address, size) == 0;

	if (fd >= 0)
		close(fd);
	return routed;
}

bool host_has_ipv4_route(void)
{
	return has_route(AF_INET, &(struct ip){IP_V4, {8, 8, 8, 8}});
}

bool host_has_ipv6_route(void)
{
	return has_route(AF_INET6, &(struct ip){IP_V6, {0x26, 0x20, 0, 0xfe, [15] = 0xfe}});
}
