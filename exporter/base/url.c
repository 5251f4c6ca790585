#include "base/url.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* %00 to %1F, %7F, and what is no escape at all. */
static bool is_bad_escape(const char *escape)
{
	return !isxdigit((unsigned char)escape[1]) || !isxdigit((unsigned char)escape[2]) ||
	       escape[1] < '2' || strncasecmp(escape + 1, "7f", 2) == 0;
}

bool url_has_control_bytes(const char *url)
{
	for (; *url != '\0'; url++)
		if (iscntrl((unsigned char)*url) || (*url == '%' && is_bad_escape(url)))
			return true;
	return false;
}

bool url_is_request_target(const char *url)
{
	const char *host;
	size_t length;

	if (url[0] == '/')
		return true;
	if (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0)
		return false;
	host = strchr(url, '/') + 2;
	length = strcspn(host, "/?");
	return length > 0 && memchr(host, '%', length) == NULL;
}

const char *url_find_query(const char *url)
{
	const char *mark = strchr(url, '?');

	return mark == NULL ? "" : mark + 1;
}

static int digit_value(char digit)
{
	return isdigit((unsigned char)digit) ? digit - '0' : tolower((unsigned char)digit) - 'a' + 10;
}

/* The byte at `*text`, which moves behind it. */
static char decode(const char **text)
{
	const char *at = *text;
	char byte;

	*text += 1;
	if (*at == '+')
		return ' ';
	if (*at != '%' || !isxdigit((unsigned char)at[1]) || !isxdigit((unsigned char)at[2]))
		return *at;
	*text += 2;
	byte = (char)(digit_value(at[1]) * 16 + digit_value(at[2]));
	return byte == '\0' ? '?' : byte;
}

/* Up to one of `ends`, or the end. False: too long. */
static bool decode_part(const char **text, const char *ends, char part[URL_PART_MAX])
{
	size_t size = 0;

	while (**text != '\0' && strchr(ends, **text) == NULL) {
		if (size == URL_PART_MAX - 1)
			return false;
		part[size++] = decode(text);
	}
	part[size] = '\0';
	return true;
}

enum url_pair url_next_pair(const char **query, char name[URL_PART_MAX], char value[URL_PART_MAX])
{
	*query += strspn(*query, "&");
	if (**query == '\0')
		return URL_END;
	if (!decode_part(query, "=&", name))
		return URL_TOO_LONG;
	*query += **query == '=';
	return decode_part(query, "&", value) ? URL_PAIR : URL_TOO_LONG;
}
