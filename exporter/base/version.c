#include "base/version.h"

const struct version version = {
	.version = FCRDNS_VERSION,
	.revision = FCRDNS_REVISION,
	.branch = FCRDNS_BRANCH,
	.build_user = FCRDNS_BUILD_USER,
	.build_date = FCRDNS_BUILD_DATE,
	.compiler = __VERSION__,
#if defined(__x86_64__)
	.platform = "linux/amd64",
#elif defined(__aarch64__)
	.platform = "linux/arm64",
#else
	.platform = "linux/other",
#endif
};
