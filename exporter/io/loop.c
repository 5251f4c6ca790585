#include "io/loop.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <uv.h>

struct loop {
	uv_loop_t uv;
};

struct loop_timer {
	uv_timer_t uv; /* first: the handle is the object */
	loop_fn on_time;
	void *context;
};

struct loop_signal {
	uv_signal_t uv;
	loop_fn on_signal;
	void *context;
};

struct loop_poll {
	uv_poll_t uv;
	int fd;
	int events; /* what is watched; 0: nothing */
	loop_poll_fn on_ready;
	void *context;
};

struct loop_directory {
	uv_fs_event_t uv;
	loop_fn on_change;
	void *context;
};

struct loop_job {
	uv_work_t uv;
	loop_fn work;
	loop_fn done;
	void *context;
};

/* These fail only where the system has no descriptor or memory left for its own needs. */
static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "%s: %s\n", what, uv_strerror(result));
	abort();
}

static void free_handle(uv_handle_t *handle)
{
	free(handle);
}

struct loop *loop_create(void)
{
	struct loop *loop = memory_allocate(sizeof *loop);

	must(uv_loop_init(&loop->uv), "uv_loop_init");
	return loop;
}

void loop_free(struct loop *loop)
{
	/* Lets the close callbacks run, and work that a stopped loop left behind. */
	uv_run(&loop->uv, UV_RUN_DEFAULT);
	must(uv_loop_close(&loop->uv), "uv_loop_close");
	free(loop);
}

void loop_run(struct loop *loop)
{
	uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop)
{
	uv_stop(&loop->uv);
}

int64_t loop_now_us(void)
{
	return (int64_t)(uv_hrtime() / 1000);
}

struct moment loop_now(void)
{
	struct timespec wall;

	clock_gettime(CLOCK_REALTIME, &wall);
	return (struct moment){
		.ms = loop_now_us() / 1000,
		.unix_ms = (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000,
	};
}

/* --- timers --- */

static void on_uv_timer(uv_timer_t *uv)
{
	struct loop_timer *timer = (struct loop_timer *)uv;

	timer->on_time(timer->context);
}

struct loop_timer *loop_timer_create(struct loop *loop, loop_fn on_time, void *context)
{
	struct loop_timer *timer = memory_allocate(sizeof *timer);

	must(uv_timer_init(&loop->uv, &timer->uv), "uv_timer_init");
	timer->on_time = on_time;
	timer->context = context;
	return timer;
}

void loop_timer_start(struct loop_timer *timer, int64_t delay_ms)
{
	/* libuv counts from when this turn of the loop began. */
	uv_update_time(timer->uv.loop);
	uv_timer_start(&timer->uv, on_uv_timer, delay_ms > 0 ? (uint64_t)delay_ms : 0, 0);
}

void loop_timer_stop(struct loop_timer *timer)
{
	uv_timer_stop(&timer->uv);
}

bool loop_timer_is_set(const struct loop_timer *timer)
{
	return uv_is_active((const uv_handle_t *)&timer->uv);
}

void loop_timer_free(struct loop_timer *timer)
{
	if (timer != NULL)
		uv_close((uv_handle_t *)&timer->uv, free_handle);
}

/* --- signals --- */

static void on_uv_signal(uv_signal_t *uv, int number)
{
	struct loop_signal *signal = (struct loop_signal *)uv;

	(void)number;
	signal->on_signal(signal->context);
}

struct loop_signal *loop_signal_create(struct loop *loop, int number, loop_fn on_signal,
				       void *context)
{
	struct loop_signal *signal = memory_allocate(sizeof *signal);

	must(uv_signal_init(&loop->uv, &signal->uv), "uv_signal_init");
	signal->on_signal = on_signal;
	signal->context = context;
	must(uv_signal_start(&signal->uv, on_uv_signal, number), "uv_signal_start");
	return signal;
}

void loop_signal_free(struct loop_signal *signal)
{
	if (signal != NULL)
		uv_close((uv_handle_t *)&signal->uv, free_handle);
}

/* --- descriptors --- */

static void on_uv_poll(uv_poll_t *uv, int status, int events);

static void watch(struct loop_poll *poll)
{
	if (poll->events == 0)
		uv_poll_stop(&poll->uv);
	else
		must(uv_poll_start(&poll->uv, poll->events, on_uv_poll), "uv_poll_start");
}

static void on_uv_poll(uv_poll_t *uv, int status, int events)
{
	struct loop_poll *poll = (struct loop_poll *)uv;
	bool failed = status < 0;

	/* An error shows itself to whoever reads or writes. */
	poll->on_ready(poll->context, poll->fd, failed || (events & UV_READABLE),
		       failed || (events & UV_WRITABLE));
	/* libuv stops watching at an error; at a UDP socket one refused packet is no end. */
	if (failed && !uv_is_closing((uv_handle_t *)uv))
		watch(poll);
}

struct loop_poll *loop_poll_create(struct loop *loop, int fd, loop_poll_fn on_ready, void *context)
{
	struct loop_poll *poll = memory_allocate(sizeof *poll);

	must(uv_poll_init(&loop->uv, &poll->uv, fd), "uv_poll_init");
	poll->fd = fd;
	poll->on_ready = on_ready;
	poll->context = context;
	return poll;
}

void loop_poll_set(struct loop_poll *poll, bool readable, bool writable)
{
	poll->events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
	watch(poll);
}

void loop_poll_free(struct loop_poll *poll)
{
	if (poll != NULL)
		uv_close((uv_handle_t *)&poll->uv, free_handle);
}

/* --- directories --- */

static void on_uv_fs_event(uv_fs_event_t *uv, const char *name, int events, int status)
{
	struct loop_directory *directory = (struct loop_directory *)uv;

	(void)name;
	(void)events;
	(void)status; /* even a failure is something to look at */
	directory->on_change(directory->context);
}

struct loop_directory *loop_directory_create(struct loop *loop, const char *path, loop_fn on_change,
					     void *context)
{
	struct loop_directory *directory = memory_allocate(sizeof *directory);

	must(uv_fs_event_init(&loop->uv, &directory->uv), "uv_fs_event_init");
	directory->on_change = on_change;
	directory->context = context;
	if (uv_fs_event_start(&directory->uv, on_uv_fs_event, path, 0) == 0)
		return directory;
	loop_directory_free(directory);
	return NULL;
}

void loop_directory_free(struct loop_directory *directory)
{
	if (directory != NULL)
		uv_close((uv_handle_t *)&directory->uv, free_handle);
}

/* --- work --- */

static void on_work(uv_work_t *uv)
{
	struct loop_job *job = (struct loop_job *)uv;

	job->work(job->context);
}

static void on_work_done(uv_work_t *uv, int status)
{
	struct loop_job *job = (struct loop_job *)uv;

	(void)status; /* only cancelled work has one, and nobody cancels */
	job->done(job->context);
	free(job);
}

void loop_work(struct loop *loop, loop_fn work, loop_fn done, void *context)
{
	struct loop_job *job = memory_allocate(sizeof *job);

	job->work = work;
	job->done = done;
	job->context = context;
	must(uv_queue_work(&loop->uv, &job->uv, on_work, on_work_done), "uv_queue_work");
}
