#include "io/process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
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

/* proc(5) numbers the fields from 1; the second is the command's name in brackets, which may
 * hold anything but ends with the last ')'. Negative if there is no such field. */
static double stat_field(const char *behind_name, int number)
{
	int i;

	for (i = 2; i < number && behind_name != NULL; i++)
		behind_name = strchr(behind_name + 1, ' ');
	return behind_name == NULL ? -1 : strtod(behind_name, NULL);
}

static void read_stat(struct process_stats *stats)
{
	enum { USER_TICKS = 14, SYSTEM_TICKS = 15, THREADS = 20, VIRTUAL_BYTES = 23, PAGES = 24 };
	FILE *file = fopen("/proc/self/stat", "re");
	char line[1024];
	const char *fields;

	if (file == NULL)
		return;
	fields = fgets(line, sizeof line, file) == NULL ? NULL : strrchr(line, ')');
	fclose(file);
	if (fields == NULL || stat_field(fields, PAGES) < 0)
		return;
	stats->cpu_seconds = (stat_field(fields, USER_TICKS) + stat_field(fields, SYSTEM_TICKS)) /
			     (double)sysconf(_SC_CLK_TCK);
	stats->threads = stat_field(fields, THREADS);
	stats->virtual_bytes = stat_field(fields, VIRTUAL_BYTES);
	stats->resident_bytes = stat_field(fields, PAGES) * (double)sysconf(_SC_PAGESIZE);
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
