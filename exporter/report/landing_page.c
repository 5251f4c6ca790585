#include "report/landing_page.h"

#include "base/version.h"

/* With another byte in it, LANDING_PAGE_POLICY has another hash. */
#define STYLE \
	"body{font-family:system-ui,sans-serif;margin:0;color:#222;background:#fff}" \
	"header{background:#a8341c;color:#fff;padding:1rem 1.5rem}" \
	"h1{margin:0;font-size:1.4rem}h2{font-size:1.1rem}" \
	"main{padding:1rem 1.5rem;max-width:45rem;line-height:1.6}" \
	"ul{padding-left:1.2rem}li{padding:.2rem 0}a{color:#0b57a4}" \
	"label{display:block;margin:.6rem 0}" \
	"input{display:block;box-sizing:border-box;width:100%;max-width:24rem;padding:.5rem;font:inherit}" \
	"button{margin-top:.6rem;padding:.5rem 1.2rem;font:inherit}" \
	"footer{padding:0 1.5rem 1rem;color:#555}"

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
	text_add(page, "<li><a href=\".");
	add_escaped(page, path);
	text_add_format(page, "\">%s</a>: %s</li>\n", label, about);
}

static void add_probe_form(struct text *page)
{
	text_add(page, "<h2>Check an address now</h2>\n<form action=\"./probe\" method=\"get\">\n"
		       "<label>IP address<input name=\"target\" required placeholder=\"203.0.113.10\" "
		       "autocomplete=\"off\"></label>\n"
		       "<label>Expected host name, if any<input name=\"hostname\" "
		       "placeholder=\"mail.example.com\" autocomplete=\"off\"></label>\n"
		       "<input type=\"hidden\" name=\"debug\" value=\"true\">\n"
		       "<button>Check</button>\n</form>\n");
}

void landing_page_print(struct text *page, const struct landing_page *input)
{
	text_add(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		       "<title>fcrdns_exporter</title>\n<style>" STYLE "</style>\n</head>\n<body>\n"
		       "<header><h1>fcrdns_exporter</h1></header>\n<main>\n"
		       "<p>Watches the forward-confirmed reverse DNS of mail servers' addresses at "
		       "several resolvers and serves it to Prometheus.</p>\n<ul>\n");
	add_link(page, input->telemetry_path, "Metrics", "what is known, for Prometheus");
	add_link(page, "/config", "Configuration", "the settings in force");
	add_link(page, "/-/healthy", "Healthy", "this process answers");
	add_link(page, "/-/ready", "Ready", "every address was checked at every resolver");
	text_add(page, "</ul>\n");
	if (input->has_probe)
		add_probe_form(page);
	text_add_format(page, "</main>\n<footer>Version %s (revision %s)</footer>\n</body>\n</html>\n",
			version.version, version.revision);
}
