#include "io/process.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double start_time_seconds = -1;

void process_note_start(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	start_time_seconds = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double count_open_fds(void)
{
	DIR *directory = opendir("/proc/self/fd");
	double count = -3; /* ".", ".." and the directory's own */

	if (directory == NULL)
		return -1;
	while (readdir(directory) != NULL)
		count++;
	closedir(directory);
	return count;
}

static double limit_value(const struct rlimit *limit)
{
	/* The Go client prints "no limit" as the largest number, too. */
	return limit->rlim_cur == RLIM_INFINITY ? 18446744073709551615.0 : (double)limit->rlim_cur;
}

static void read_limits(struct process_stats *stats)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		stats->max_fds = limit_value(&limit);
	if (getrlimit(RLIMIT_AS, &limit) == 0)
		stats->virtual_max_bytes = limit_value(&limit);
}

/* proc(5): fields 14, 15 (utime, stime), 20 (threads), 23 (vsize), 24 (rss), counted from
 * behind the command's name, which may hold anything but ends with the last ')'. */
static void read_stat(struct process_stats *stats)
{
	unsigned long user, system, virtual;
	FILE *file = fopen("/proc/self/stat", "re");
	char line[1024];
	const char *fields;
	long threads, resident;

	if (file == NULL)
		return;
	fields = fgets(line, sizeof line, file) == NULL ? NULL : strrchr(line, ')');
	fclose(file);
	if (fields == NULL || sscanf(fields + 1,
				     " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d "
				     "%*d %*d %ld %*d %*u %lu %ld",
				     &user, &system, &threads, &virtual, &resident) != 5)
		return;
	stats->cpu_seconds = (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
	stats->threads = (double)threads;
	stats->virtual_bytes = (double)virtual;
	stats->resident_bytes = (double)resident * (double)sysconf(_SC_PAGESIZE);
}

void process_read(struct process_stats *stats)
{
	*stats = (struct process_stats){-1, -1, -1, -1, -1, -1, -1, -1};
	read_stat(stats);
	stats->open_fds = count_open_fds();
	read_limits(stats);
	stats->start_time_seconds = start_time_seconds;
}

void process_raise_fd_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}
