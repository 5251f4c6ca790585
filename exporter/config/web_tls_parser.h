/* web_tls_parser.h - tls_server_config of a web configuration. */
#pragma once

#include "config/web_reader.h"

/* Fills the TLS part of reader->config. A web_read_fn. */
bool web_tls_read(struct web_reader *reader, const struct yaml_node *node);
