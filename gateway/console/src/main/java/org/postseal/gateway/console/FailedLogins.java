package org.postseal.gateway.console;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Counts wrong passwords. An address that has tried one user too often has to wait, and so does an address that has
 * tried many users. Other addresses are not affected, so nobody can lock a user out from elsewhere. Thread-safe.
 */
final class FailedLogins {
    private final InstantSource clock;
    private final Map<String, Window> windows = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
            return size() > MOST_WINDOWS;
        }
    };

    FailedLogins(InstantSource clock) {
        this.clock = clock;
    }

    private record Window(Instant end, int count) {}

    /** Returns true if the password need not even be looked at, because the address has to wait. */
    synchronized boolean isBarred(InetAddress peer, String user) {
        return count(ofUser(peer, user)) >= PER_USER || count(peer.getHostAddress()) >= PER_ADDRESS;
    }

    synchronized void failed(InetAddress peer, String user) {
        add(ofUser(peer, user));
        add(peer.getHostAddress());
    }

    /** Forgets the wrong passwords of a user who has now logged in from this address. */
    synchronized void succeeded(InetAddress peer, String user) {
        windows.remove(ofUser(peer, user));
    }

    private int count(String key) {
        Window window = windows.get(key);
        return window == null || !clock.instant().isBefore(window.end()) ? 0 : window.count();
    }

    private void add(String key) {
        int count = count(key);
        Window window = windows.get(key);
        Instant end = window == null || count == 0 ? clock.instant().plus(WINDOW) : window.end();
        windows.put(key, new Window(end, count + 1));
    }

    private static String ofUser(InetAddress peer, String user) {
        return peer.getHostAddress() + " " + user.toLowerCase(Locale.ROOT);
    }

    static final Duration WINDOW = Duration.ofMinutes(10);
    static final int PER_USER = 10;
    /** The limit is high because all visitors behind a proxy share its address. */
    static final int PER_ADDRESS = 200;

    private static final int MOST_WINDOWS = 10_000;
}
