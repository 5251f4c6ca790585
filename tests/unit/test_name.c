#include "dns/name.h"
#include "test.h"

static struct dns_name name_of(const char *text) {
  struct dns_name name;

  if (!dns_name_parse(text, &name))
    fail_msg("%s is a name", text);
  return name;
}

static void names_are_parsed_and_printed(void **state) {
  static const struct {
    const char *written, *printed; /* NULL: refused */
    size_t size;
    unsigned labels;
  } cases[] = {
      {"mail.example.com", "mail.example.com", 18, 3},
      {"Mail.EXAMPLE.com.", "mail.example.com", 18, 3},
      {".", ".", 1, 0},
      {"10.0/27.2.0.192.in-addr.arpa", "10.0/27.2.0.192.in-addr.arpa", 30, 7},
      {"mail_1.example.com", "mail_1.example.com", 20, 3},
      /* A dot inside a label is no separator (RFC 1035 5.1). */
      {"mail\\.host.example.com", "mail\\046host.example.com", 23, 3},
      {"mail\\046host.example.com", "mail\\046host.example.com", 23, 3},
      {"a\\000b\\255.com", "a\\000b\\255.com", 10, 2},
      {"a b\".c\\\\d", "a\\032b\\034.c\\092d", 10, 2},
      {"\\065.com", "a.com", 7, 2},
      {"", NULL, 0, 0},
      {"..", NULL, 0, 0},
      {".com", NULL, 0, 0},
      {"a..com", NULL, 0, 0},
      {"a\\", NULL, 0, 0},
      {"a\\25", NULL, 0, 0},
      {"a\\256", NULL, 0, 0},
      {"a\\2x5", NULL, 0, 0},
  };
  char text[DNS_NAME_TEXT_MAX];
  size_t i;

  (void)state;
  for (i = 0; i < COUNT_OF(cases); i++) {
    struct dns_name name;

    if (dns_name_parse(cases[i].written, &name) != (cases[i].printed != NULL))
      fail_msg("\"%s\"", cases[i].written);
    if (cases[i].printed == NULL)
      continue;
    assert_int_equal(dns_name_print(name.wire, text), strlen(cases[i].printed));
    assert_string_equal(text, cases[i].printed);
    assert_int_equal(dns_name_size(name.wire), cases[i].size);
    assert_int_equal(dns_name_label_count(name.wire), cases[i].labels);
  }
}

static void a_label_has_63_bytes_at_most(void **state) {
  char text[80];
  struct dns_name name;

  (void)state;
  memset(text, 'a', sizeof text);
  strcpy(text + 63, ".com");
  assert_true(dns_name_parse(text, &name));
  text[63] = 'a';
  strcpy(text + 64, ".com");
  assert_false(dns_name_parse(text, &name));
}

/* Four labels: 64 + 64 + 64 + 1 + `last` and the root make 194 + last. */
static void write_long_name(char text[300], size_t last) {
  memset(text, 'a', 299);
  text[63] = text[127] = text[191] = '.';
  text[192 + last] = '\0';
}

static void a_name_has_255_bytes_at_most(void **state) {
  char text[300];
  struct dns_name name;

  (void)state;
  write_long_name(text, 61);
  assert_true(dns_name_parse(text, &name));
  assert_int_equal(dns_name_size(name.wire), DNS_NAME_MAX);
  write_long_name(text, 62);
  assert_false(dns_name_parse(text, &name));
}

/* DNS_NAME_TEXT_MAX is exact for a name of nothing but bytes to be escaped. */
static void the_longest_text_fits(void **state) {
  static const size_t lengths[] = {63, 63, 63, 61};
  struct dns_name name;
  char text[DNS_NAME_TEXT_MAX];
  size_t i, used = 0;

  (void)state;
  for (i = 0; i < COUNT_OF(lengths); i++) {
    name.wire[used++] = (uint8_t)lengths[i];
    memset(name.wire + used, 0xff, lengths[i]);
    used += lengths[i];
  }
  name.wire[used] = 0;
  assert_int_equal(dns_name_print(name.wire, text), 250 * 4 + 3);
  assert_int_equal(strlen(text), 250 * 4 + 3);
}

static int compare_keys(const struct dns_name *a, const struct dns_name *b) {
  uint8_t a_key[DNS_NAME_KEY_MAX], b_key[DNS_NAME_KEY_MAX];
  size_t a_size = dns_name_key(a->wire, a_key);
  size_t b_size = dns_name_key(b->wire, b_key);
  int order = memcmp(a_key, b_key, a_size < b_size ? a_size : b_size);

  return order != 0 ? order : (a_size > b_size) - (a_size < b_size);
}

/* RFC 4034 6.1, its own example and what is around it. */
static void order_is_canonical(void **state) {
  static const char *const ascending[] = {
      ".",           "example",         "a.example", "yljkjljk.a.example",
      "z.a.example", "zabc.a.example",  "z.example", "\\000.z.example",
      "\\000\\000.z.example", "\\000\\001.z.example", "\\001.z.example",
      "a.\\001.z.example", "\\001\\000.z.example", "\\002.z.example",
      "*.z.example", "\\200.z.example",
  };
  size_t i, j;

  (void)state;
  for (i = 0; i < COUNT_OF(ascending); i++) {
    for (j = 0; j < COUNT_OF(ascending); j++) {
      struct dns_name a = name_of(ascending[i]), b = name_of(ascending[j]);
      int order = dns_name_compare(a.wire, b.wire);

      assert_int_equal(order < 0, i < j);
      assert_int_equal(order == 0, i == j);
      assert_int_equal(dns_name_equal(a.wire, b.wire), i == j);
      assert_int_equal(compare_keys(&a, &b) < 0, i < j);
      assert_int_equal(compare_keys(&a, &b) == 0, i == j);
    }
  }
}

static void ancestry_goes_by_labels(void **state) {
  static const struct {
    const char *name, *ancestor;
    bool under;
  } cases[] = {
      {"mail.example.com", "example.com", true},
      {"example.com", "example.com", true},
      {"MAIL.example.com", "EXAMPLE.com", true},
      {"mail.example.com", ".", true},
      {".", ".", true},
      {".", "com", false},
      {"badexample.com", "example.com", false},
      {"com", "example.com", false},
      {"a\\.example.com", "example.com", false},
      {"localhost.com", "localhost", false},
  };
  size_t i;

  (void)state;
  for (i = 0; i < COUNT_OF(cases); i++) {
    struct dns_name name = name_of(cases[i].name);
    struct dns_name ancestor = name_of(cases[i].ancestor);

    if (dns_name_is_under(name.wire, ancestor.wire) != cases[i].under)
      fail_msg("%s under %s", cases[i].name, cases[i].ancestor);
  }
}

static void reverse_names(void **state) {
  static const struct {
    const char *ip, *name;
  } cases[] = {
      {"192.0.2.1", "1.2.0.192.in-addr.arpa"},
      {"255.100.10.0", "0.10.100.255.in-addr.arpa"},
      {"::ffff:192.0.2.1", "1.2.0.192.in-addr.arpa"},
      {"2001:db8::567:89ab", "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
                             "8.b.d.0.1.0.0.2.ip6.arpa"},
  };
  char text[DNS_NAME_TEXT_MAX];
  size_t i;

  (void)state;
  for (i = 0; i < COUNT_OF(cases); i++) {
    struct dns_name name;
    struct ip ip;

    assert_true(ip_parse(cases[i].ip, &ip));
    dns_name_reverse(&ip, &name);
    dns_name_print(name.wire, text);
    assert_string_equal(text, cases[i].name);
  }
}

static void pointers_lead_backwards_only(void **state) {
  /* At 0: com; at 5: example -> 0; at 15: Mail -> 5; then what leads nowhere.
   */
  static const uint8_t message[] = {
      3,    'C', 'o',  'm',  0, 7,   'e', 'x', 'a', 'm',  'p',
      'l',  'e', 0xc0, 0,    4, 'M', 'a', 'i', 'l', 0xc0, 5, /* 15 to 21 */
      0xc0, 22,                                              /* 22: itself */
      0xc0, 26,                                              /* 24: forwards */
      1,    'a', 0xc0, 26,   /* 26: into its own stretch */
      0x40, 0,               /* 30: a label type that is none */
      0xc0, 34,              /* 32: forwards, to a name that is one */
      1,    'z', 0,    0xc0, /* 37: half a pointer */
  };
  static const struct {
    size_t offset;
    const char *text; /* NULL: refused */
    size_t behind;
  } cases[] = {
      {0, "com", 5}, {5, "example.com", 15}, {15, "mail.example.com", 22},
      {22, NULL, 0}, {24, NULL, 0},          {26, NULL, 0},
      {30, NULL, 0}, {32, NULL, 0},          {37, NULL, 0},
      {38, NULL, 0}, {34, "z", 37},
  };
  char text[DNS_NAME_TEXT_MAX];
  size_t i;

  (void)state;
  for (i = 0; i < COUNT_OF(cases); i++) {
    size_t offset = cases[i].offset;
    struct dns_name name;
    bool ok = dns_name_decode(message, sizeof message, &offset, &name);

    if (ok != (cases[i].text != NULL))
      fail_msg("at %zu", cases[i].offset);
    if (!ok)
      continue;
    dns_name_print(name.wire, text);
    assert_string_equal(text, cases[i].text);
    assert_int_equal(offset, cases[i].behind);
  }
}

static void a_cut_name_is_refused(void **state) {
  static const uint8_t whole[] = "\4mail\7example\3com";
  size_t size;

  (void)state;
  for (size = 0; size <= sizeof whole; size++) {
    uint8_t exact[sizeof whole];
    size_t offset = 0;
    struct dns_name name;

    memcpy(exact, whole, size);
    assert_int_equal(dns_name_decode(exact, size, &offset, &name),
                     size == sizeof whole);
  }
}

/* So many pointers are no name but work made for us. */
static void long_chains_of_pointers_are_refused(void **state) {
  uint8_t message[2 * 40] = {0};
  struct dns_name name;
  size_t jumps;

  (void)state;
  for (jumps = 1; jumps < 40; jumps++) {
    size_t offset = 2 * jumps;

    message[offset] = 0xc0;
    message[offset + 1] = (uint8_t)(offset - 2);
    assert_int_equal(
        dns_name_decode(message, sizeof message, &offset, &name), jumps <= 32);
  }
}

/* A name that only becomes too long by its pointer. */
static void too_long_by_compression_is_refused(void **state) {
  uint8_t message[600];
  size_t used = 0, offset, i;
  struct dns_name name;

  (void)state;
  for (i = 0; i < 3; i++) {
    message[used++] = 63;
    memset(message + used, 'a', 63);
    used += 63;
  }
  message[used++] = 0;
  for (i = 61; i <= 62; i++) { /* 192 + 1 + i + the root */
    size_t at = used;

    message[at] = (uint8_t)i;
    memset(message + at + 1, 'b', i);
    message[at + 1 + i] = 0xc0;
    message[at + 2 + i] = 0;
    offset = at;
    assert_int_equal(dns_name_decode(message, at + 3 + i, &offset, &name),
                     i == 61);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_are_parsed_and_printed),
      cmocka_unit_test(a_label_has_63_bytes_at_most),
      cmocka_unit_test(a_name_has_255_bytes_at_most),
      cmocka_unit_test(the_longest_text_fits),
      cmocka_unit_test(order_is_canonical),
      cmocka_unit_test(ancestry_goes_by_labels),
      cmocka_unit_test(reverse_names),
      cmocka_unit_test(pointers_lead_backwards_only),
      cmocka_unit_test(long_chains_of_pointers_are_refused),
      cmocka_unit_test(a_cut_name_is_refused),
      cmocka_unit_test(too_long_by_compression_is_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
