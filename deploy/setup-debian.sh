#!/bin/sh
# Install what is missing to build (`setup-debian.sh build`), for the demonstration (`demo`), or to build
# and test (`test`) on Debian 12 or 13. With nothing missing it changes nothing.
set -eu

build_packages="make gcc libc6-dev pkg-config
	libuv1-dev libc-ares-dev libmicrohttpd-dev libgnutls28-dev libcrypt-dev libsystemd-dev
	libyaml-dev libidn2-dev libpsl-dev
	libdeflate-dev uthash-dev"
demo_packages="python3 python3-dnspython python3-prometheus-client python3-yaml
	nsd unbound knot prometheus prometheus-alertmanager"
test_packages="git clang clang-tidy clang-format libclang-rt-dev binutils universal-ctags
	libcmocka-dev shellcheck yamllint codespell
	python3-pytest python3-pytest-xdist python3-dnslib
	bind9-dnsutils dnsperf systemd curl openssl wrk procps util-linux nodejs npm"

case "${1-}" in
build) packages=$build_packages ;;
demo) packages="$build_packages $demo_packages" ;;
test) packages="$build_packages $demo_packages $test_packages" ;;
*) echo "usage: $0 build|demo|test" >&2; exit 2 ;;
esac

is_installed()
{
	# Any Node.js will do, wherever it came from.
	case $1 in nodejs) command -v node >/dev/null && return ;; npm) command -v npm >/dev/null && return ;; esac
	# pkgconf took pkg-config's place and may stand there under its own name.
	[ "$1" = pkg-config ] && command -v pkg-config >/dev/null && return
	[ "$(dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | head -n 1)" = installed ]
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
	echo "This is no Debian, so nothing was installed. Needed, by their names in Debian:" >&2
	echo "$packages" >&2
	exit 0
fi

missing=
for package in $packages; do
	is_installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "Not root and no sudo. As root, run: apt-get install$missing" >&2
		exit 1
	fi
	as_root=sudo
fi

echo "Installing:$missing"

# The servers among them are wanted as programs for the tests: none may start as a service,
# now (the policy) or at the next boot (disable).
policy=/usr/sbin/policy-rc.d
made_policy=
remove_policy()
{
	[ -z "$made_policy" ] || $as_root rm -f "$policy"
	made_policy=
}
trap remove_policy EXIT
trap 'exit 1' INT TERM
if [ ! -e "$policy" ]; then
	made_policy=1
	printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
	$as_root chmod 755 "$policy"
fi

$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $missing
remove_policy

if [ -d /run/systemd/system ]; then
	for package in $missing; do
		case $package in
		nsd | unbound | knot | prometheus | prometheus-alertmanager) $as_root systemctl disable "$package" ;;
		esac
	done
fi
