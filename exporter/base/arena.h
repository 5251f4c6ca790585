/* arena.h - many small allocations with one lifetime, freed whole.
 *
 * One arena is one configuration generation. Single pieces are never freed.
 */
#pragma once

#include <stddef.h>

struct arena;

struct arena *arena_create(void);
void arena_free(struct arena *arena); /* NULL is fine */

/* Zeroed, aligned for any type, valid until arena_free(). */
void *arena_allocate(struct arena *arena, size_t size);
void *arena_allocate_array(struct arena *arena, size_t count, size_t size);

/* Copies, NUL-terminated. `length` counts bytes of `text` without the NUL. */
char *arena_copy_text(struct arena *arena, const char *text);
char *arena_copy_bytes(struct arena *arena, const char *text, size_t length);
