"""Web configuration files, good and bad; promtool and --config.check must say the same of each.

NAME: (text, is it good). CERT, KEY, OTHER_KEY and GARBAGE are files beside it.
"""

HASH = "$2y$04$OwwG6NZJdZr0JVHWGhDzL.KUcpA4PBgKhNj9KoxEdqGLHdLNbqSBS"


def tls(more=""):
    return "tls_server_config: {cert_file: CERT, key_file: KEY" + (", " + more if more else "") + "}"


def user(text):
    return f"basic_auth_users: {{alice: {text}}}"


def header(name, value):
    return f"http_server_config: {{headers: {{{name}: {value}}}}}"


VERIFIED = "client_auth_type: RequireAndVerifyClientCert"

CASES = {
    "empty": ("", True),
    "comment": ("# nothing\n", True),
    "null": ("null", True),
    "list": ("[]", False),
    "scalar": ("nonsense", False),
    "no_yaml": ("{", False),
    "unknown_key": ("foo: 1", False),
    "tls": (tls(), True),
    "tls_empty": ("tls_server_config: {}", True),
    "tls_null": ("tls_server_config:", True),
    "tls_only_version": ("tls_server_config: {min_version: TLS13}", True),
    "tls_only_policy": ("tls_server_config: {client_auth_type: NoClientCert}", False),
    "tls_unknown_key": (tls("foo: 1"), False),
    "no_certificate": ("tls_server_config: {key_file: KEY}", False),
    "no_key": ("tls_server_config: {cert_file: CERT}", False),
    "null_key": ("tls_server_config: {cert_file: CERT, key_file: }", False),
    "missing_file": ("tls_server_config: {cert_file: nowhere.pem, key_file: KEY}", False),
    "garbage_certificate": ("tls_server_config: {cert_file: GARBAGE, key_file: KEY}", False),
    "garbage_key": ("tls_server_config: {cert_file: CERT, key_file: GARBAGE}", False),
    "other_key": ("tls_server_config: {cert_file: CERT, key_file: OTHER_KEY}", False),
    "ca": (tls("client_ca_file: CERT, " + VERIFIED), True),
    "ca_if_given": (tls("client_ca_file: CERT, client_auth_type: VerifyClientCertIfGiven"), True),
    "ca_without_policy": (tls("client_ca_file: CERT"), False),
    "ca_that_is_not_asked_for": (tls("client_ca_file: CERT, client_auth_type: NoClientCert"), False),
    "ca_missing": (tls("client_ca_file: nowhere.pem, " + VERIFIED), False),
    "ca_garbage": (tls("client_ca_file: GARBAGE, " + VERIFIED), True),
    "policy_without_ca": (tls(VERIFIED), True),
    "policy_empty": (tls('client_auth_type: ""'), True),
    "policy_any": (tls("client_auth_type: RequireAnyClientCert"), True),
    "policy_any_by_its_old_name": (tls("client_auth_type: RequireClientCert"), True),
    "policy_request": (tls("client_auth_type: RequestClientCert"), True),
    "policy_unknown": (tls("client_auth_type: Sometimes"), False),
    "version_10": (tls("min_version: TLS10"), True),
    "version_13": (tls("min_version: TLS13, max_version: TLS13"), True),
    "versions_crossed": (tls("min_version: TLS13, max_version: TLS12"), True),
    "version_lower_case": (tls("min_version: tls12"), False),
    "version_number": (tls("min_version: 12"), False),
    "version_null": (tls("min_version: "), True),
    "version_empty": (tls('min_version: ""'), False),
    "cipher": (tls("cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]"), True),
    "cipher_13": (tls("cipher_suites: [TLS_AES_128_GCM_SHA256]"), True),
    "ciphers_none": (tls("cipher_suites: []"), True),
    "cipher_weak": (tls("cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]"), False),
    "cipher_unknown": (tls("cipher_suites: [FOO]"), False),
    "curves": (tls("curve_preferences: [CurveP256, X25519]"), True),
    "curve_unknown": (tls("curve_preferences: [secp256r1]"), False),
    "preference": (tls("prefer_server_cipher_suites: false"), True),
    "http2": ("http_server_config: {http2: true}", True),
    "http2_yes": ("http_server_config: {http2: yes}", True),
    "http2_off": ("http_server_config: {http2: off}", True),
    "http2_capital": ("http_server_config: {http2: True}", True),
    "http2_upper": ("http_server_config: {http2: ON}", True),
    "http2_mixed": ("http_server_config: {http2: tRUE}", False),
    "http2_null": ("http_server_config: {http2: }", True),
    "http2_number": ("http_server_config: {http2: 3}", False),
    "http2_text": ('http_server_config: {http2: "true"}', False),
    "http2_twice": ("http_server_config: {http2: true, http2: true}", False),
    "frame": (header("X-Frame-Options", "deny"), True),
    "frame_upper_case": (header("X-Frame-Options", "DENY"), False),
    "frame_empty": (header("X-Frame-Options", '""'), False),
    "header_lower_case": (header("x-frame-options", "deny"), False),
    "header_unknown": (header("X-Foo", "bar"), False),
    "nosniff": (header("X-Content-Type-Options", "nosniff"), True),
    "sniff": (header("X-Content-Type-Options", "sniff"), False),
    "xss_number": (header("X-XSS-Protection", "0"), True),
    "hsts": (header("Strict-Transport-Security", "max-age=31536000"), True),
    "csp": (header("Content-Security-Policy", "\"default-src 'self'\""), True),
    "csp_of_two_lines": (header("Content-Security-Policy", '"a\\nb"'), True),
    "user": (user(HASH), True),
    "user_2a": (user(HASH.replace("2y", "2a")), True),
    "user_2x": (user(HASH.replace("2y", "2x")), True),
    "user_version_1": (user(HASH.replace("2y", "1y")), True),
    "user_version_3": (user(HASH.replace("2y", "3y")), False),
    "user_no_minor": (user(HASH.replace("2y", "2")), True),
    "user_cost_plus": (user(HASH.replace("$04$", "$+5$")), True),
    "user_hash_too_long": (user(HASH + "xx"), True),
    "user_hash_too_short": (user(HASH[:40]), False),
    "user_no_hash": (user("secret"), False),
    "user_sha512": (user("$6$abc$def"), False),
    "user_cost_3": (user(HASH.replace("$04$", "$03$")), False),
    "user_cost_32": (user(HASH.replace("$04$", "$32$")), False),
    "user_with_colon": (f'basic_auth_users: {{"a:b": {HASH}}}', True),
    "users_null": ("basic_auth_users:", True),
    "users_list": ("basic_auth_users: [alice]", False),
}

# What Debian 12's promtool does not know yet, judged by what later ones document.
LATER_CASES = {
    "rate": ("rate_limit: {interval: 1s, burst: 3}", True),
    "rate_fraction": ("rate_limit: {interval: 1.5s, burst: 3}", True),
    "rate_small": ("rate_limit: {interval: 100us, burst: 3}", True),
    "rate_two_units": ("rate_limit: {interval: 1h30m, burst: 3}", True),
    "rate_two_points": ("rate_limit: {interval: 1.5.2s}", False),
    "rate_no_unit": ("rate_limit: {interval: 15}", False),
    "rate_empty": ("rate_limit: {}", True),
    "rate_no_duration": ("rate_limit: {interval: soon}", False),
    "rate_no_number": ("rate_limit: {interval: 1s, burst: many}", False),
    "rate_unknown_key": ("rate_limit: {foo: 1}", False),
    "sans": (tls("client_ca_file: CERT, " + VERIFIED + ", client_allowed_sans: [a.example.com]"), True),
    "sans_no_list": (tls("client_ca_file: CERT, " + VERIFIED + ", client_allowed_sans: {a: b}"), False),
    "certificate_inside": ("tls_server_config: {cert: nonsense, key: nonsense}", False),
    "certificate_twice": (tls("cert: nonsense"), False),
}

# promtool takes them; here, as in every file of the project, one document without anchors is expected.
STRICTER_CASES = {
    "anchor": ("http_server_config: &a {http2: true}", False),
    "two_documents": ("---\nhttp_server_config: {http2: true}\n---\nfoo: 1\n", False),
}
