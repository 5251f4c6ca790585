#include "fcrdns/provider_names.h"

#include <stddef.h>
#include <string.h>

/* A pattern is for a whole label: '#' is a digit, '%' a hexadecimal one, and the last in a row
 * of these takes all that follow; '~' is a '-' or nothing; '*' is whatever is left; the rest
 * stands for itself. */
struct provider {
	const char *label;
	const char *domain; /* what the name lies under */
};

/* Sources: domain names of the providers as their manuals and public logs show them. */
static const struct provider providers[] = {
	{"ec2-*", "amazonaws.com"},
	{"*", "bc.googleusercontent.com"},
	{"*", "ip.linodeusercontent.com"},
	{"li#-#", "members.linode.com"},
	{"*", "vultrusercontent.com"},
	{"*", "choopa.net"},
	{"static", "your-server.de"},
	{"static*", "clients.your-server.de"},
	{"vps-%%%%%%", "ovh.net"},
	{"vps-%%%%%%", "ovh.ca"},
	{"vps-%%%%%%", "ovh.us"},
	{"vps###", "ovh.net"},
	{"vps###", "ovh.ca"},
	{"ns###", "ovh.net"},
	{"ks###", "kimsufi.com"},
	{"ns###", "kimsufi.com"},
	{"vmi###", "contaboserver.net"},
	{"vmd###", "contaboserver.net"},
	{"vm###", "contaboserver.net"},
	{"m###", "contaboserver.net"},
	{"ip-*", "secureserver.net"},
	{"*", "host.secureserver.net"},
	{"s###", "onlinehome-server.info"},
	{"s###", "onlinehome-server.com"},
	{"u###", "onlinehome-server.com"},
	{"ip*", "pbiaas.com"},
	{"*", "vps.hosteurope.de"},
	{"*", "stratoserver.net"},
	{"*", "hstgr.cloud"},
	{"*", "instances.scw.cloud"},
	{"*", "rev.poneytelecom.eu"},
	{"*", "vs.sakura.ne.jp"},
	{"*", "compute.hwclouds-dns.com"},
	{"*", "sl-reverse.com"},
	{"*", "static.theplanet.com"},
	{"*", "twc1.net"},
	{"*", "cable.virginm.net"},
	{"*", "cable.virginmedia.com"},
	{"*", "static.virginm.net"},
	{"*", "cable.ntl.com"},
	{"p%-ip*", "ocn.ne.jp"},
	{"*", "ppp.infoweb.ne.jp"},
	{"*", "neoplus.adsl.tpnet.pl"},
	{"f#", "chello.nl"},
	{"*", "upc-f.chello.nl"},
	{"mx-ll-*", "3bb.co.th"},
	{"mx-ll-*", "3bb.in.th"},
	{"ti#*", "bb.online.no"},
	{"*", "priv.bahnhof.se"},
	{"s0106%%%%%%%%%%", "shawcable.net"},
};

/* First labels that are a number of a machine, a contract or a modem, under any domain. */
static const char *const numbered[] = {
	"cpe%%%%%%%%%%%%*", "cm%%%%%%%%%%%%", "s%%%%%%%%%%%%%%%%", "h%%%%%%%%%%%%",
	"%%%%%%%%%%%%", "#####", "#####-#####", "v#####", "vm~#####", "vmi#####", "vps~#####",
	"vds~#####", "kvm#####", "srv~#####", "server~#####", "host~#####", "cloud~#####",
	"node#####", "dedi#####", "dedicated#####", "root#####", "sd-#####", "ns######",
	"ks######", "ip~#####", "h######", "s#######", "client~#####", "customer~#####",
	"user~#####",
};

/* The first label of an address that nobody has named. */
static const char *const placeholders[] = {
	"no-rdns", "nordns", "no-reverse", "noreverse", "no-reverse-dns", "no-rdns-set",
	"rdns-not-set", "no-ptr", "noptr", "no-dns", "no-dns-yet", "no-name", "noname", "nohost",
	"not-set", "notset", "not-assigned", "not-used", "notused", "no-data", "nodata", "none",
	"unknown", "undefined", "unassigned", "unallocated", "unused", "unconfigured",
	"unspecified", "unnamed", "generic", "reserved", "hosted-by", "hostedby", "default",
	"default-rdns", "default-reverse", "rdns", "reverse", "rev", "ptr", "unset", "undef",
	"customer", "customers", "client", "clients", "cust", "static", "static-ip", "dynamic",
	"dynamic-ip", "dyn", "dynip", "dhcp", "dhcp-dynamic", "ppp", "pppoe", "adsl", "dsl",
	"dynamic-adsl", "dynamic-ip-adsl", "static-adsl", "ftth", "cable", "dialup", "broadband",
	"pool", "nat", "cgnat", "cgn", "localhost", "ip", "subscriber", "residential",
	"dedicated", "dynamic-ip-ftth", "static-ip-adsl", "ipv6", "ip6",
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

/* Never goes back: a row of '#' or '%' takes all the digits there are. */
static bool label_matches(const char *label, size_t size, const char *pattern)
{
	size_t i = 0;

	for (; *pattern != '\0'; pattern++) {
		bool (*is_wanted)(char) = *pattern == '#' ? is_digit : is_hex;

		if (*pattern == '*')
			return true;
		if (*pattern == '~') {
			i += i < size && label[i] == '-';
			continue;
		}
		if (*pattern != '#' && *pattern != '%') {
			if (i == size || label[i++] != *pattern)
				return false;
			continue;
		}
		if (i == size || !is_wanted(label[i++]))
			return false;
		if (pattern[1] != *pattern)
			while (i < size && is_wanted(label[i]))
				i++;
	}
	return i == size;
}

static bool lies_under(const char *text, const char *domain)
{
	size_t size = strlen(text), length = strlen(domain);

	return size > length && text[size - length - 1] == '.' &&
	       strcmp(text + size - length, domain) == 0;
}

/* "hosted-by-them" is as much of one as "hosted-by". */
static bool is_placeholder(const char *label, size_t size)
{
	static const char hosted_by[] = "hosted-by-";
	size_t i;

	if (size >= sizeof hosted_by && memcmp(label, hosted_by, sizeof hosted_by - 1) == 0)
		return true;
	for (i = 0; i < sizeof placeholders / sizeof *placeholders; i++)
		if (strlen(placeholders[i]) == size && memcmp(label, placeholders[i], size) == 0)
			return true;
	return false;
}

bool provider_name_is(const char *text)
{
	size_t size = strcspn(text, "."), i;

	for (i = 0; i < sizeof providers / sizeof *providers; i++)
		if (lies_under(text, providers[i].domain) &&
		    label_matches(text, size, providers[i].label))
			return true;
	return false;
}

bool provider_name_is_unchosen(const char *text)
{
	size_t size = strcspn(text, "."), i;

	if (is_placeholder(text, size))
		return true;
	for (i = 0; i < sizeof numbered / sizeof *numbered; i++)
		if (label_matches(text, size, numbered[i]))
			return true;
	return false;
}
