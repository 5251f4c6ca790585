# fcrdns_exporter: `make help` lists what there is to make.

VERSION := 0.1.0
PREFIX ?= /usr/local
BUILD ?= build
FUZZ_SECONDS ?= 60

# A folder is pure when it does no I/O and reads no clock (exporter/README.md).
PURE_FOLDERS := base dns fcrdns targets config report pacing
SHELL_FOLDERS := io asking authority app

# pkg-config names: what the pure folders parse and compress with, and what io and app stand on.
PURE_LIBRARIES := yaml-0.1 libidn2 libpsl libdeflate
SHELL_LIBRARIES := libuv libcares libmicrohttpd gnutls libxcrypt libsystemd

# A unit test links the pure folders only. One of app, asking, authority or io also links the module it is
# named after (tests/unit/io/test_NAME.c: exporter/io/NAME.c), and what is listed here.
# What they call besides, the test itself defines.
UNIT_LINKS_test_question := exporter/io/letter_case.c
UNIT_LINKS_test_authority_lane := exporter/authority/due_list.c
UNIT_LINKS_test_authority_check := exporter/authority/authority_lookup.c exporter/authority/zone_finder.c

# ---- flags

ifeq ($(origin CC),default)
CC := gcc
endif

OPTIMISE := -O2
ifneq ($(SANITIZE),)
OPTIMISE := -O1 -fno-omit-frame-pointer -fsanitize=$(SANITIZE) -fno-sanitize-recover=all
else
HARDEN := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
ifeq ($(WERROR),1)
ERRORS := -Werror
endif

once = $(eval $(1) := $$(shell $(2)))$($(1))
PURE_CFLAGS = $(call once,PURE_CFLAGS,pkg-config --cflags $(PURE_LIBRARIES))
PURE_LIBS = $(call once,PURE_LIBS,pkg-config --libs $(PURE_LIBRARIES))
SHELL_CFLAGS = $(call once,SHELL_CFLAGS,pkg-config --cflags $(SHELL_LIBRARIES))
SHELL_LIBS = $(call once,SHELL_LIBS,pkg-config --libs $(SHELL_LIBRARIES))

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wformat=2 -Wvla
# c-ares 1.34 (Debian 13) deprecates calls whose successors 1.18 (Debian 12) does not have.
COMPILE = $(CC) -std=c11 -D_GNU_SOURCE -DCARES_NO_DEPRECATED -Iexporter $(HARDEN) $(PURE_CFLAGS) $(SHELL_CFLAGS) $(CPPFLAGS) \
	$(OPTIMISE) -g $(WARNINGS) $(ERRORS) -fPIE -fstack-protector-strong $(CFLAGS)
# A sanitizer stands in front of crypt_r(), so the library that has it seems not to be needed.
LINK = $(CC) $(OPTIMISE) $(CFLAGS) -pie -Wl,-z,relro,-z,now,$(if $(SANITIZE),--no-as-needed,--as-needed) $(LDFLAGS)

# ---- sources

object = $(patsubst %.c,$(BUILD)/%.o,$(1))
PURE_SOURCES := $(foreach folder,$(PURE_FOLDERS),$(wildcard exporter/$(folder)/*.c))
SHELL_SOURCES := $(foreach folder,$(SHELL_FOLDERS),$(wildcard exporter/$(folder)/*.c)) exporter/main.c
UNIT_SOURCES := $(wildcard tests/unit/test_*.c tests/unit/*/test_*.c)
UNIT_HELPERS := $(filter-out $(UNIT_SOURCES),$(wildcard tests/unit/*.c tests/unit/*/*.c))
FUZZ_SOURCES := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_HELPERS := $(filter-out $(FUZZ_SOURCES),$(wildcard tests/fuzz/*.c))
ORACLE_SOURCES := $(wildcard tests/oracle/*.c)
BENCH_SOURCES := $(wildcard tests/bench/*.c)

EXPORTER := $(BUILD)/fcrdns_exporter
ARCHIVE := $(BUILD)/libfcrdns.a
HELPERS := $(if $(UNIT_HELPERS),$(BUILD)/tests/unit/libhelpers.a)
UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(UNIT_SOURCES))
FUZZERS := $(patsubst %.c,$(BUILD)/%,$(FUZZ_SOURCES))
ORACLES := $(patsubst %.c,$(BUILD)/%,$(ORACLE_SOURCES))
BENCHES := $(patsubst %.c,$(BUILD)/%,$(BENCH_SOURCES))
OBJECTS := $(call object,$(PURE_SOURCES) $(SHELL_SOURCES) $(UNIT_SOURCES) $(UNIT_HELPERS) \
	$(FUZZ_SOURCES) $(FUZZ_HELPERS) $(ORACLE_SOURCES) $(BENCH_SOURCES))

# ---- what there is to make

.DEFAULT_GOAL := all
.PHONY: all run test check unit rules dashboards scenarios demo show-propagation fuzz oracle bench sanitized install clean help format lint \
	setup setup-test setup-demo objects unit-tests fuzzers oracles benches FORCE
.DELETE_ON_ERROR:
.SECONDARY: $(OBJECTS)

help:
	@echo "make             build build/fcrdns_exporter"
	@echo "make run         install what is missing (Debian), build, watch targets.d/; RUN_FLAGS=--flag=value"
	@echo "make demo        everything at work, without the internet: broken addresses, alerts, a change on its way"
	@echo "make test        the same set-up, then every test"
	@echo "make check       compilers, lint, clang-tidy, unit tests under sanitizers"
	@echo "make lint        layers, sizes, headers, scripts"
	@echo "make unit        unit tests          make scenarios   the real program against DNS servers"
	@echo "make rules       alert rules by promtool and amtool          make dashboards   Grafana's by lint and types"
	@echo "make fuzz        every parser of foreign bytes against libFuzzer, each for FUZZ_SECONDS=60"
	@echo "make oracle      the decoder of DNS messages against dnspython, on 10,000 mutated replies"
	@echo "make bench       speed and memory, beside dnsperf"
	@echo "make show-propagation   a PTR change on its way through real servers, second by second"
	@echo "make sanitized   build/sanitized/fcrdns_exporter with AddressSanitizer and UBSan"
	@echo "make format      clang-format over the C code"
	@echo "make setup       install what the build needs; make setup-test: what the tests need"
	@echo "make install     DESTDIR= PREFIX=/usr/local"
	@echo "make clean       remove build/"

all: $(EXPORTER)

setup:
	@deploy/setup-debian.sh build

setup-test:
	@deploy/setup-debian.sh test

setup-demo:
	@deploy/setup-debian.sh demo

run: setup
	@$(MAKE) --no-print-directory all
	@exec $(EXPORTER) --targets.dir=targets.d $(RUN_FLAGS)

test: setup-test
	@tests/run compilers lint unit rules dashboards oracle fuzz scenarios

check: setup-test
	@tests/run compilers lint tidy unit

demo: setup-demo
	@$(MAKE) --no-print-directory all
	@FCRDNS_EXPORTER=$(EXPORTER) /usr/bin/python3 -B deploy/demo/demo.py $(DEMO_FLAGS)

# Not a test: a change on its way, second by second.
show-propagation: setup-test
	@$(MAKE) --no-print-directory all
	@FCRDNS_EXPORTER=$(EXPORTER) /usr/bin/python3 -B tests/scenarios/show_propagation.py

lint unit rules dashboards oracle scenarios: setup-test
	@tests/run $@

fuzz: setup-test
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/run fuzz

bench: setup-test
	@$(MAKE) --no-print-directory all benches
	@tests/bench/run_bench.py $(BENCH_FLAGS)

sanitized:
	@$(MAKE) --no-print-directory BUILD=build/sanitized SANITIZE=address,undefined all

install: all
	install -D -m 755 $(EXPORTER) $(DESTDIR)$(PREFIX)/bin/fcrdns_exporter

clean:
	rm -rf build

format:
	clang-format -i $$(find exporter tests -name '*.[ch]')

# ---- rules; the other build trees are this Makefile again, with BUILD, CC, SANITIZE, WERROR set

objects: $(OBJECTS)
unit-tests: $(UNIT_TESTS)
fuzzers: $(FUZZERS)
oracles: $(ORACLES)
benches: $(BENCHES)

$(EXPORTER): $(call object,$(SHELL_SOURCES)) $(ARCHIVE)
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^ $(SHELL_LIBS) $(PURE_LIBS) -lm

# Made anew, so that no object of a removed source stays in it.
$(ARCHIVE): $(call object,$(PURE_SOURCES))
	@echo "  AR    $@"
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/tests/unit/libhelpers.a: $(call object,$(UNIT_HELPERS))
	@rm -f $@
	@ar rcs $@ $^

define unit_rule
$(BUILD)/tests/unit/$(1): $(call object,tests/unit/$(1).c $(2)) $(HELPERS) $(ARCHIVE)
	@echo "  LINK  $$@"
	@$$(LINK) -o $$@ $$^ $$(PURE_LIBS) -lm -lcmocka
endef
$(foreach test,$(patsubst tests/unit/%.c,%,$(UNIT_SOURCES)),$(eval $(call unit_rule,$(test),\
	$(sort $(wildcard exporter/$(filter app/% asking/% authority/% io/%,$(subst test_,,$(test))).c) $(UNIT_LINKS_$(notdir $(test)))))))

$(FUZZERS): $(BUILD)/%: $(BUILD)/%.o $(call object,$(FUZZ_HELPERS)) $(ARCHIVE)
	@echo "  LINK  $@"
	@$(LINK) -fsanitize=fuzzer -o $@ $^ $(PURE_LIBS) -lm

# The one parser of foreign bytes outside the pure folders.
$(BUILD)/tests/fuzz/fuzz_packets: $(call object,exporter/io/question.c exporter/io/letter_case.c)

$(ORACLES): $(BUILD)/%: $(BUILD)/%.o $(ARCHIVE)
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^ $(PURE_LIBS) -lm

$(BENCHES): $(BUILD)/%: $(BUILD)/%.o
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^

$(BUILD)/%.o: %.c $(BUILD)/flags
	@echo "  CC    $@"
	@mkdir -p $(@D)
	@$(COMPILE) $(DEFINES) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%.o: CPPFLAGS += -Itests/unit

# A change of compiler or flags compiles everything anew. Written only when it differs.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@pkg-config --print-errors --exists $(PURE_LIBRARIES) $(SHELL_LIBRARIES) || \
		{ echo "A library is missing: \`make setup\` installs it on Debian." >&2; exit 1; }
	@echo '$(COMPILE)' | cmp -s - $@ || echo '$(COMPILE)' > $@

# ---- what --version and build_info say; compiled anew when one of these but the date changes

revision = $(call once,revision,git describe --always --dirty --abbrev=12 --match=none 2>/dev/null || echo unknown)
branch = $(call once,branch,git symbolic-ref --short -q HEAD 2>/dev/null || echo unknown)
BUILD_USER = $(call once,BUILD_USER,echo "`id -un`@`uname -n`")
SOURCE_DATE = $(if $(SOURCE_DATE_EPOCH),@$(SOURCE_DATE_EPOCH),now)
VERSION_FLAGS = -DFCRDNS_VERSION='"$(VERSION)"' -DFCRDNS_REVISION='"$(revision)"' \
	-DFCRDNS_BRANCH='"$(branch)"' -DFCRDNS_BUILD_USER='"$(BUILD_USER)"'
VERSION_OBJECT := $(BUILD)/exporter/base/version.o

$(VERSION_OBJECT): $(BUILD)/version
$(VERSION_OBJECT): DEFINES = $(VERSION_FLAGS) \
	-DFCRDNS_BUILD_DATE='"$(shell date -u -d '$(SOURCE_DATE)' +%Y%m%d-%H:%M:%S)"'

$(BUILD)/version: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(VERSION_FLAGS) '$(SOURCE_DATE)' | cmp -s - $@ || \
		printf '%s\n' $(VERSION_FLAGS) '$(SOURCE_DATE)' > $@

FORCE:

-include $(OBJECTS:.o=.d)
