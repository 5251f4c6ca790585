/* landing_page.h - the page at "/": what this is, and where to go. */
#pragma once

#include "base/text.h"

#include <stdbool.h>

/* The Content-Security-Policy it needs: its own style, by the SHA-256 of it, and nothing else. */
#define LANDING_PAGE_POLICY \
	"default-src 'none'; style-src 'sha256-K9YMoWdp6ZI5G/XUu7BhNuInbfq7cuFwu5fRZ2+ne4A='; form-action 'self'; base-uri 'none'; " \
	"frame-ancestors 'none'"

struct landing_page {
	const char *telemetry_path; /* the operator's; it is escaped */
	bool has_probe;             /* with a form for /probe */
};

/* Append a whole HTML document. Its links are relative, so that they are right behind any proxy. */
void landing_page_print(struct text *page, const struct landing_page *input);
