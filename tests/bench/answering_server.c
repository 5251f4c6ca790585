/* answering_server.c - a DNS server that has an answer for every address, as fast as one core can.
 *
 *     answering_server PORT ADDRESS...
 *
 * UDP only. PTR of an address: "h" and the address in hex, below ZONE. A or AAAA of such a
 * name: that address. NS of the root: one record. Every other name does not exist. One epoll
 * loop; packets are answered in place and go in and out in batches. Says "ready" on standard
 * output once its sockets are bound; SIGTERM ends it.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define ZONE "hosts.bench.net"
#define BATCH 64
#define PACKET_MAX 1232
#define ANSWER_MAX 512 /* question as it came (271 bytes at most), one record, OPT */
#define SOCKETS_MAX 64
#define TTL_S 300

enum { TYPE_A = 1, TYPE_NS = 2, TYPE_SOA = 6, TYPE_PTR = 12, TYPE_AAAA = 28, TYPE_OPT = 41 };
enum { NOERROR = 0, FORMERR = 1, NXDOMAIN = 3, NOTIMP = 4 };

struct question {
	char name[256]; /* lower case, labels ended by dots; the root is "" */
	unsigned type;
	size_t end; /* offset behind it in the packet */
	bool edns;
};

struct address {
	int size; /* 4, 16; 0: none */
	uint8_t bytes[16];
};

/* ---- reading the question */

static unsigned get_16(const uint8_t *bytes)
{
	return (unsigned)bytes[0] << 8 | bytes[1];
}

/* The name of the question; queries are not compressed. */
static bool read_name(const uint8_t *packet, size_t size, size_t *offset, char name[256])
{
	size_t at = *offset, written = 0;

	while (at < size && packet[at] != 0) {
		size_t label = packet[at++], i;

		if (label > 63 || at + label > size || written + label + 1 > 254)
			return false;
		for (i = 0; i < label; i++)
			name[written++] = (char)tolower(packet[at++]);
		name[written++] = '.';
	}
	name[written] = '\0';
	*offset = at + 1;
	return at < size;
}

static bool read_question(const uint8_t *packet, size_t size, struct question *question)
{
	question->end = 12;
	if (get_16(packet + 4) != 1 || !read_name(packet, size, &question->end, question->name))
		return false;
	if (question->end + 4 > size)
		return false;
	question->type = get_16(packet + question->end);
	question->end += 4;
	question->edns = get_16(packet + 10) == 1 && question->end + 11 <= size &&
			 get_16(packet + question->end + 1) == TYPE_OPT;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "4.3.2.1.in-addr.arpa." */
static bool read_reverse_v4(const char *name, struct address *address)
{
	int i;

	for (i = 3; i >= 0; i--) {
		char *end;
		unsigned long number = strtoul(name, &end, 10);

		if (end == name || *end != '.' || number > 255)
			return false;
		address->bytes[i] = (uint8_t)number;
		name = end + 1;
	}
	address->size = 4;
	return strcmp(name, "in-addr.arpa.") == 0;
}

/* 32 single hex digits, the last first, then "ip6.arpa." */
static bool read_reverse_v6(const char *name, struct address *address)
{
	int i;

	if (strlen(name) != 64 + 9 || strcmp(name + 64, "ip6.arpa.") != 0)
		return false;
	for (i = 0; i < 16; i++) {
		int low = hex_digit(name[60 - 4 * i]), high = hex_digit(name[62 - 4 * i]);

		if (low < 0 || high < 0)
			return false;
		address->bytes[i] = (uint8_t)(high << 4 | low);
	}
	address->size = 16;
	return true;
}

/* "h05000001.ZONE." */
static bool read_host(const char *name, struct address *address)
{
	const char *dot = strchr(name, '.');
	int i;

	if (name[0] != 'h' || dot == NULL || strcmp(dot + 1, ZONE ".") != 0)
		return false;
	address->size = (int)(dot - name - 1) / 2;
	if (dot - name != 1 + 8 && dot - name != 1 + 32)
		return false;
	for (i = 0; i < address->size; i++) {
		int high = hex_digit(name[1 + 2 * i]), low = hex_digit(name[2 + 2 * i]);

		if (high < 0 || low < 0)
			return false;
		address->bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* ---- writing the answer, in place behind the question */

static uint8_t *put_16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return at + 2;
}

static uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t size)
{
	memcpy(at, bytes, size);
	return at + size;
}

static uint8_t *put_name(uint8_t *at, const char *name)
{
	while (*name != '\0') {
		size_t length = strcspn(name, ".");

		*at++ = (uint8_t)length;
		at = put_bytes(at, name, length);
		name += length + (name[length] == '.');
	}
	*at++ = 0;
	return at;
}

/* Owner: a pointer to the question's name. Returns where the data goes, 2 behind its length. */
static uint8_t *begin_record(uint8_t *at, unsigned type)
{
	at = put_16(at, 0xc000 | 12);
	at = put_16(at, type);
	at = put_16(at, 1);
	at = put_16(at, 0);
	at = put_16(at, TTL_S);
	return at + 2;
}

static uint8_t *end_record(uint8_t *data, uint8_t *end)
{
	put_16(data - 2, (unsigned)(end - data));
	return end;
}

static uint8_t *put_ptr(uint8_t *at, const struct address *address)
{
	uint8_t *data = begin_record(at, TYPE_PTR);
	char name[128], *end = name;
	int i;

	*end++ = 'h';
	for (i = 0; i < address->size; i++) {
		*end++ = "0123456789abcdef"[address->bytes[i] >> 4];
		*end++ = "0123456789abcdef"[address->bytes[i] & 15];
	}
	memcpy(end, "." ZONE, sizeof "." ZONE);
	return end_record(data, put_name(data, name));
}

static uint8_t *put_address(uint8_t *at, const struct address *address)
{
	uint8_t *data = begin_record(at, address->size == 4 ? TYPE_A : TYPE_AAAA);

	return end_record(data, put_bytes(data, address->bytes, (size_t)address->size));
}

static uint8_t *put_ns(uint8_t *at)
{
	uint8_t *data = begin_record(at, TYPE_NS);

	return end_record(data, put_name(data, "a.root-servers.net"));
}

static uint8_t *put_opt(uint8_t *at)
{
	static const uint8_t opt[] = {0, 0, TYPE_OPT, PACKET_MAX >> 8, PACKET_MAX & 0xff, 0, 0, 0,
				      0, 0, 0};

	return put_bytes(at, opt, sizeof opt);
}

/* The record that answers, if there is one. Returns where it ends and sets rcode. */
static uint8_t *put_answer(uint8_t *at, const struct question *question, unsigned *rcode)
{
	struct address address = {0};
	bool is_host;

	*rcode = NOERROR;
	if (read_reverse_v4(question->name, &address) || read_reverse_v6(question->name, &address))
		return question->type == TYPE_PTR ? put_ptr(at, &address) : at;
	if (question->name[0] == '\0')
		return question->type == TYPE_NS ? put_ns(at) : at;
	is_host = read_host(question->name, &address);
	if (is_host && question->type == (address.size == 4 ? TYPE_A : TYPE_AAAA))
		return put_address(at, &address);
	if (!is_host)
		*rcode = NXDOMAIN;
	return at;
}

/* Turn the query into its answer. Returns its size, 0 for what gets none. */
static size_t answer(uint8_t *packet, size_t size)
{
	struct question question;
	unsigned rcode = FORMERR;
	uint8_t *start, *end;

	if (size < 12 || (packet[2] & 0x80) != 0)
		return 0;
	if (!read_question(packet, size, &question)) {
		question.end = 12;
		question.edns = false;
		put_16(packet + 4, 0);
		start = end = packet + 12;
	} else if ((packet[2] & 0x78) != 0) {
		rcode = NOTIMP;
		start = end = packet + question.end;
	} else {
		start = packet + question.end;
		end = put_answer(start, &question, &rcode);
	}
	packet[2] = (uint8_t)(0x80 | (packet[2] & 0x79)); /* QR; opcode and RD as they came */
	packet[3] = (uint8_t)(0x80 | rcode);              /* RA */
	put_16(packet + 6, end != start);
	put_16(packet + 8, 0);
	put_16(packet + 10, question.edns);
	if (question.edns)
		end = put_opt(end);
	return (size_t)(end - packet);
}

/* ---- sockets */

struct batch {
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	struct sockaddr_storage peers[BATCH];
	uint8_t packets[BATCH][PACKET_MAX + ANSWER_MAX];
};

static void prepare(struct batch *batch)
{
	size_t i;

	for (i = 0; i < BATCH; i++) {
		struct msghdr *header = &batch->messages[i].msg_hdr;

		batch->parts[i] = (struct iovec){batch->packets[i], PACKET_MAX};
		*header = (struct msghdr){.msg_name = &batch->peers[i],
					  .msg_namelen = sizeof batch->peers[i],
					  .msg_iov = &batch->parts[i],
					  .msg_iovlen = 1};
	}
}

/* Answer what is there, at most one batch. */
static void serve(int socket, struct batch *batch)
{
	int received, ready = 0, sent = 0, i;

	prepare(batch);
	received = recvmmsg(socket, batch->messages, BATCH, MSG_DONTWAIT, NULL);
	for (i = 0; i < received; i++) {
		size_t size = answer(batch->packets[i], batch->messages[i].msg_len);

		if (size == 0)
			continue;
		batch->messages[ready] = batch->messages[i];
		batch->messages[ready].msg_hdr.msg_iov->iov_len = size;
		ready++;
	}
	while (sent < ready) {
		i = sendmmsg(socket, batch->messages + sent, (unsigned)(ready - sent), 0);
		sent += i > 0 ? i : 1; /* one that cannot be sent is lost, as on any network */
	}
}

static bool fill_socket_address(struct sockaddr_storage *place, const char *text, unsigned port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)place;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)place;

	*place = (struct sockaddr_storage){0};
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		return true;
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons((uint16_t)port);
	return inet_pton(AF_INET6, text, &v6->sin6_addr) == 1;
}

static int open_socket(const char *text, unsigned port)
{
	const int buffer = 4 << 20;
	struct sockaddr_storage address;
	socklen_t size;
	int udp;

	if (!fill_socket_address(&address, text, port)) {
		fprintf(stderr, "%s is no address\n", text);
		exit(2);
	}
	size =
	    address.ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
	udp = socket(address.ss_family, SOCK_DGRAM, 0);
	if (udp < 0 || bind(udp, (struct sockaddr *)&address, size) != 0) {
		perror(text);
		exit(2);
	}
	/* The first needs a privilege, the second is capped by the system. */
	if (setsockopt(udp, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0)
		setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
	return udp;
}

int main(int count, char **arguments)
{
	static struct batch batch;
	struct epoll_event events[SOCKETS_MAX];
	int loop = epoll_create1(0), i;

	if (count < 3 || count - 2 > SOCKETS_MAX) {
		fprintf(stderr, "usage: answering_server PORT ADDRESS...\n");
		return 2;
	}
	for (i = 2; i < count; i++) {
		int udp = open_socket(arguments[i], (unsigned)atoi(arguments[1]));
		struct epoll_event event = {.events = EPOLLIN, .data.fd = udp};

		epoll_ctl(loop, EPOLL_CTL_ADD, udp, &event);
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		int ready = epoll_wait(loop, events, SOCKETS_MAX, -1);

		for (i = 0; i < ready; i++)
			serve(events[i].data.fd, &batch);
	}
}
