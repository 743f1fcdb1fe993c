# Shared by the scripts of bin/, which source it: what is needed is found, or installed where that is possible.
# They run under `set -euo pipefail` and have set `root`, the project's folder.

readonly EX_UNAVAILABLE=69 EX_SOFTWARE=70 EX_CONFIG=78

# fail CODE WHAT [HINT]
fail() {
    printf 'error: %s\n' "$2" >&2
    if [ $# -gt 2 ]; then printf 'hint: %s\n' "$3" >&2; fi
    exit "$1"
}

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# True when apt-get is there and we may use it without being asked anything.
may_install() {
    command -v apt-get > /dev/null || return 1
    [ "$(id -u)" -eq 0 ] || sudo -n true 2> /dev/null
}

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }

# install_packages PACKAGE...: Debian packages, without questions and without starting their services.
install_packages() {
    may_install || return 1
    say "installing $*"
    local log policy=/usr/sbin/policy-rc.d made=no status=0
    log=$(mktemp)
    # A mail server that a package brings must not start: it would take port 25 of a machine that only wants to run the tests.
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" > /dev/null && as_root chmod 755 "$policy" && made=yes
    fi
    {
        printf 'postfix postfix/main_mailer_type select Local only\n' | as_root debconf-set-selections || true
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 update \
            && as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 \
                install --no-install-recommends "$@"
    } > "$log" 2>&1 < /dev/null || status=$?
    if [ "$made" = yes ]; then as_root rm -f "$policy"; fi
    if [ "$status" -ne 0 ]; then tail -n 20 "$log" >&2; fi
    rm -f "$log"
    return "$status"
}

# need_packages PACKAGE...: installs those that are missing, or says which ones are.
need_packages() {
    local package missing=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    if [ ${#missing[@]} -eq 0 ]; then return; fi
    install_packages "${missing[@]}" \
        || fail $EX_UNAVAILABLE "missing Debian packages: ${missing[*]}" "apt-get install ${missing[*]}"
}

# True for the folder of a JDK 25; its release file is read because starting a JVM to ask costs more than our own start may.
is_jdk25() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && grep -qs '^JAVA_VERSION="25[."]' "$1/release"
}

# Sets JAVA_HOME when a JDK 25 is found.
find_jdk() {
    local candidate java
    if [ -n "${JAVA_HOME:-}" ] && is_jdk25 "$JAVA_HOME"; then return; fi
    for candidate in /usr/lib/jvm/*; do
        if is_jdk25 "$candidate"; then
            JAVA_HOME=$candidate
            return
        fi
    done
    if java=$(command -v java) && java=$(readlink -f "$java") && is_jdk25 "${java%/bin/java}"; then
        JAVA_HOME=${java%/bin/java}
        return
    fi
    return 1
}

# Sets and exports JAVA_HOME, a JDK 25, or ends.
need_jdk() {
    if ! find_jdk; then
        install_packages openjdk-25-jdk-headless && find_jdk \
            || fail $EX_UNAVAILABLE 'no JDK 25 found in JAVA_HOME, /usr/lib/jvm or PATH' \
                'apt-get install openjdk-25-jdk-headless, or set JAVA_HOME'
    fi
    export JAVA_HOME
}

need_maven() {
    command -v mvn > /dev/null || install_packages maven && command -v mvn > /dev/null \
        || fail $EX_UNAVAILABLE 'Maven (mvn) is needed to build' 'apt-get install maven'
    # what .mvn/jvm.config puts beside javac
    local source=$root/.mvn/KeptLoader.java classes=$root/target/javac
    if [ "$source" -nt "$classes" ]; then
        "$JAVA_HOME/bin/javac" -d "$classes" "$source" && touch "$classes"
    fi
}

# Third-party samples lie beside the project where they are at hand; tests that need them say so when they are not.
use_corpora() {
    local corpora=$root/../shared/corpora
    if [ -z "${POSTSEAL_CORPORA:-}" ] && [ -d "$corpora" ]; then
        POSTSEAL_CORPORA=$(readlink -f -- "$corpora")
        export POSTSEAL_CORPORA
    fi
}

# The programs that read mail in gateway/judges: Debian packages, and modules of npm as their lock file names them.
need_judges() {
    local programs=$root/gateway/judges/src/test/programs installed=$root/gateway/judges/target/programs
    need_packages python3 python3-gi gir1.2-gmime-3.0 ruby ruby-mail libmime-tools-perl nodejs dovecot-core dovecot-imapd \
        openssl gpgsm libnss3-tools postfix
    if [ -d "$installed/node_modules" ] && cmp -s "$programs/package-lock.json" "$installed/package-lock.json"; then return; fi
    command -v npm > /dev/null || need_packages npm
    mkdir -p "$installed"
    cp "$programs/package.json" "$programs/package-lock.json" "$installed/"
    (cd "$installed" && npm ci --silent --ignore-scripts --no-audit --no-fund) >&2 || {
        rm -rf "$installed/node_modules"
        fail $EX_UNAVAILABLE 'the programs of gateway/judges cannot be installed' 'npm must reach a registry'
    }
}

# Packs everything with its tests, for programs among the tests, which run in the project's folder.
build_tests() {
    mvn -B -ntp -q -T 2 -DskipTests -Dspotless.check.skip=true package dependency:build-classpath \
        -Dmdep.outputFile=target/test-class-path -Dmdep.includeScope=test >&2
}

# pack_commit COMMIT: packs it in a checkout of its own, and sets other, the folder of that.
pack_commit() {
    other=$root/target/against
    rm -rf "$other"
    git clone -q "$root" "$other" && git -C "$other" checkout -q "$1" || fail 64 "there is no commit '$1'"
    (cd "$other" && mvn -B -ntp -q -T 2 -DskipTests -Dspotless.check.skip=true package >&2)
}

# The tests of the whole, of the policy and of the certstore have such programs.
test_class_path() {
    printf '%s' "gateway/e2e/target/test-classes:policy/target/test-classes:certstore/core/target/test-classes:$(< gateway/e2e/target/test-class-path)"
}

test_options=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
