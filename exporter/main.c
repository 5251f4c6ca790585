/* Which command, nothing else. */
#include "app/daemon.h"
#include "app/options.h"
#include "base/log.h"
#include "base/version.h"

#include <stdio.h>
#include <stdlib.h>

static int print_version(void)
{
	printf("fcrdns_exporter, version %s (branch: %s, revision: %s)\n", version.version,
	       version.branch, version.revision);
	printf("  build user:       %s\n  build date:       %s\n", version.build_user,
	       version.build_date);
	printf("  compiler:         %s\n  platform:         %s\n", version.compiler,
	       version.platform);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct options options;
	struct error error;

	if (!options_parse(&options, argc, argv, &error)) {
		fprintf(stderr, "fcrdns_exporter: %s\n", error.text);
		return 2;
	}
	log_configure(options.log_level, options.log_format);
	if (options.help) {
		options_print_help(stdout);
		return EXIT_SUCCESS;
	}
	if (options.version)
		return print_version();
	if (options.config_check)
		return daemon_check_config(&options);
	return daemon_run(&options);
}
