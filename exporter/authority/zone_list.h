/* zone_list.h - all zones in use, by name.
 *
 * A zone stays for a while after its last user, so that the targets in it, asked one after
 * the other over an hour, share it. There are ZONE_LIST_MAX at most, however many a hostile
 * reverse zone names: then those nobody uses at the moment make room.
 */
#pragma once

#include "authority/zone.h"

#define ZONE_LIST_MAX 20000

struct zone_list;

struct zone_list *zone_list_create(struct inquiries *inquiries, struct servers *servers);

/* Nothing may be under way: inquiries and servers have ended. NULL is fine. */
void zone_list_free(struct zone_list *list);

/* Made if it is not there. The caller is a user until zone_list_give_back(). */
struct zone *zone_list_take(struct zone_list *list, const uint8_t *name);
void zone_list_give_back(struct zone_list *list, struct zone *zone);

/* Drop what nobody has used for long. Now and then. */
void zone_list_sweep(struct zone_list *list, int64_t now_ms);
size_t zone_list_count(const struct zone_list *list);
