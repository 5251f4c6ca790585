/* version.h - which build this is. */
#pragma once

struct version {
	const char *version;
	const char *revision;
	const char *branch;
	const char *build_user;
	const char *build_date;
	const char *compiler;
	const char *platform;
};

extern const struct version version;
