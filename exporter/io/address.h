/* address.h - struct ip and port <-> what the socket calls want. */
#pragma once

#include "base/ip.h"

#include <sys/socket.h>

/* Returns the size that is used. */
socklen_t address_from_ip(const struct ip *ip, uint16_t port, struct sockaddr_storage *address);
