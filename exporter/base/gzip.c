#include "base/gzip.h"

#include "base/memory.h"

#include <libdeflate.h>

/* The fastest. A metrics page is so repetitive that more effort gains little. */
#define LEVEL 1

bool gzip_pack(struct text *text)
{
	struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(LEVEL);
	struct text packed = TEXT_EMPTY;
	size_t room;

	if (compressor == NULL)
		return false;
	/* More than the text itself, but only what is written becomes memory. */
	room = libdeflate_gzip_compress_bound(compressor, text->size);
	packed.size = libdeflate_gzip_compress(compressor, text->bytes, text->size,
					       text_reserve(&packed, room), room);
	libdeflate_free_compressor(compressor);
	text_clear(text);
	packed.capacity = packed.size;
	packed.bytes = memory_resize_array(packed.bytes, packed.size, 1);
	*text = packed;
	return true;
}
