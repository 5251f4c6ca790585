#include "report/landing_page.h"

#include "base/version.h"

static void add_escaped(struct text *page, const char *value)
{
	for (; *value != '\0'; value++) {
		switch (*value) {
		case '<':
			text_add(page, "&lt;");
			break;
		case '&':
			text_add(page, "&amp;");
			break;
		case '"':
			text_add(page, "&quot;");
			break;
		default:
			text_add_char(page, *value);
		}
	}
}

static void add_link(struct text *page, const char *path, const char *label, const char *about)
{
	text_add(page, "<li><a href=\"");
	add_escaped(page, path);
	text_add_format(page, "\">%s</a>: %s</li>\n", label, about);
}

void landing_page_print(struct text *page, const char *telemetry_path)
{
	text_add(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		       "<title>fcrdns_exporter</title>\n<style>\n"
		       "body{font-family:system-ui,sans-serif;margin:0;color:#222;background:#fff}\n"
		       "header{background:#a8341c;color:#fff;padding:1rem 1.5rem}\n"
		       "header h1{margin:0;font-size:1.4rem}\n"
		       "main{padding:1rem 1.5rem;max-width:45rem;line-height:1.5}\n"
		       "</style>\n</head>\n<body>\n<header><h1>fcrdns_exporter</h1></header>\n<main>\n"
		       "<p>Watches the forward-confirmed reverse DNS of mail servers' addresses at "
		       "several resolvers and serves it to Prometheus.</p>\n<ul>\n");
	add_link(page, telemetry_path, "Metrics", "what is known, for Prometheus");
	add_link(page, "/-/healthy", "Healthy", "this process answers");
	add_link(page, "/-/ready", "Ready", "every address was checked at every resolver");
	text_add_format(page, "</ul>\n<p>Version %s (revision %s)</p>\n</main>\n</body>\n</html>\n",
			version.version, version.revision);
}
