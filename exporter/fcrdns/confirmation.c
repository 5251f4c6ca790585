#include "fcrdns/confirmation.h"

#include <stddef.h>

const char *confirmation_name(enum confirmation result)
{
	static const char *const names[CONFIRMATION_COUNT] = {"same", "other", "failed"};

	return names[result];
}

bool confirmation_same(const struct evidence *a, struct verdict a_verdict,
		       const struct evidence *b, struct verdict b_verdict)
{
	return a_verdict.status == b_verdict.status && a->ptr_digest == b->ptr_digest;
}

bool confirmation_is_due(const struct evidence *fresh, struct verdict verdict,
			 const struct evidence *counted, struct verdict counted_verdict)
{
	if (!status_is_conclusive((enum status)verdict.status))
		return false;
	if (counted == NULL)
		return verdict.status != STATUS_PASS;
	return !confirmation_same(fresh, verdict, counted, counted_verdict);
}
