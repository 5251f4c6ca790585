#include "app/auto_reload.h"

#include "base/log.h"
#include "base/memory.h"
#include "io/file_look.h"
#include "io/file_watch.h"
#include "pacing/settle.h"

#include <stdlib.h>

#define LOOK_MS 5000
/* Where looking takes long, as at a hundred thousand files: at most one part in so many. */
#define LOOK_SHARE 20

struct auto_reload {
	struct loop *loop;
	const struct options *options;
	struct reload *reload;
	struct file_watch *watch;
	struct settle settle;
	struct loop_timer *settle_timer;
	struct loop_timer *look_timer;
	bool looking;
	bool reading;      /* this look is for reading */
	bool reading_next; /* settled during a look */
	bool told;         /* that not everything can be watched */
	int64_t look_us;   /* when it began */
	uint64_t stamp;    /* just before the files were read last */
	struct file_look look; /* the other thread's while looking */
};

/* --- settling --- */

static void set_settle_timer(struct auto_reload *automatic, int64_t now_ms)
{
	int64_t due_ms = settle_due_ms(&automatic->settle);

	if (due_ms != INT64_MAX)
		loop_timer_start(automatic->settle_timer, due_ms - now_ms);
}

/* In a storm of events the timer stays where it is, and is set anew when it goes off. */
static void on_change(void *context)
{
	struct auto_reload *automatic = context;
	int64_t now_ms = loop_now().ms;

	settle_note(&automatic->settle, now_ms);
	if (!loop_timer_is_set(automatic->settle_timer))
		set_settle_timer(automatic, now_ms);
}

static void look(struct auto_reload *automatic, bool reading);

static void on_settle_timer(void *context)
{
	struct auto_reload *automatic = context;
	int64_t now_ms = loop_now().ms;

	if (settle_take(&automatic->settle, now_ms))
		look(automatic, true);
	else
		set_settle_timer(automatic, now_ms);
}

/* --- looking --- */

static void look_elsewhere(void *context)
{
	struct auto_reload *automatic = context;

	file_look_take(&automatic->look, automatic->options->config_file,
		       automatic->options->targets_dir);
}

static void watch_directories(struct auto_reload *automatic)
{
	bool all = file_watch_set(automatic->watch, &automatic->look);

	if (!all && !automatic->told)
		log_warn("Not all directories of the configuration can be watched: changes there "
			 "show within seconds, not at once");
	automatic->told |= !all;
}

static void set_look_timer(struct auto_reload *automatic)
{
	int64_t took_ms = (loop_now_us() - automatic->look_us) / 1000;

	loop_timer_start(automatic->look_timer,
			 took_ms * LOOK_SHARE > LOOK_MS ? took_ms * LOOK_SHARE : LOOK_MS);
}

static void on_looked(void *context)
{
	struct auto_reload *automatic = context;

	automatic->looking = false;
	watch_directories(automatic);
	if (automatic->reading) {
		automatic->stamp = automatic->look.stamp;
		reload_request_if_changed(automatic->reload);
	} else if (automatic->look.stamp != automatic->stamp) {
		on_change(automatic);
	}
	file_look_clear(&automatic->look);
	set_look_timer(automatic);
	if (automatic->reading_next)
		look(automatic, true);
}

static void look(struct auto_reload *automatic, bool reading)
{
	if (automatic->looking) {
		automatic->reading_next |= reading;
		return;
	}
	automatic->looking = true;
	automatic->reading = reading;
	automatic->reading_next = false;
	automatic->look_us = loop_now_us();
	loop_timer_stop(automatic->look_timer);
	loop_work(automatic->loop, look_elsewhere, on_looked, automatic);
}

static void on_look_timer(void *context)
{
	look(context, false);
}

/* --- life --- */

struct auto_reload *auto_reload_create(struct loop *loop, const struct options *options,
				       struct reload *reload)
{
	struct auto_reload *automatic = memory_allocate(sizeof *automatic);

	automatic->loop = loop;
	automatic->options = options;
	automatic->reload = reload;
	automatic->watch = file_watch_create(loop, on_change, automatic);
	automatic->settle_timer = loop_timer_create(loop, on_settle_timer, automatic);
	automatic->look_timer = loop_timer_create(loop, on_look_timer, automatic);
	/* What was changed since the first configuration was read is not lost. */
	look(automatic, true);
	return automatic;
}

bool auto_reload_is_looking(const struct auto_reload *automatic)
{
	return automatic->looking;
}

void auto_reload_free(struct auto_reload *automatic)
{
	if (automatic == NULL)
		return;
	file_watch_free(automatic->watch);
	loop_timer_free(automatic->settle_timer);
	loop_timer_free(automatic->look_timer);
	if (!automatic->looking)
		free(automatic);
}
