/* config_reader.h - the files of the configuration read, and parsed if they say anything new.
 *
 * Blocks, and may take its time: for any thread, but one at a time.
 */
#pragma once

#include "app/options.h"
#include "config/config.h"

struct config_reader {
	const struct options *options;
	/* The targets' directory was there before: its absence now is a mistake. */
	bool directory_seen;
	/* Of all that was read last, be it good or bad, or of why it could not be. */
	uint64_t digest;
};

enum config_reading {
	CONFIG_READING_GOOD,
	CONFIG_READING_BAD,       /* `error` has one sentence */
	CONFIG_READING_UNCHANGED, /* nothing was parsed */
};

/* `only_if_changed`: since it was read last. The caller owns `*config`, which is NULL unless
 * the reading is good. */
enum config_reading config_reader_read(struct config_reader *reader, bool only_if_changed,
				       struct config **config, struct error *error);
