package org.postseal.gateway.directory;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * When certificates of one kind cease to be valid.
 *
 * @param valid how many have not expired yet
 * @param expired how many have
 * @param next the earliest NotAfter of the valid ones; empty when there are none
 */
public record Expiry(Kind kind, long valid, long expired, Optional<Instant> next) {
    /** What the certificates are for. */
    public enum Kind {
        /** Of private keys of ours; one for each address, that which lasts longest: a key that was rolled may expire. */
        KEY,
        /** Trust anchors. */
        ANCHOR,
        /** TLS of the listeners. */
        LISTENER
    }

    /** Of certificates that end at these times. */
    public static Expiry of(Kind kind, Collection<Instant> ends, Instant now) {
        long expired = ends.stream().filter(end -> !end.isAfter(now)).count();
        return new Expiry(
                kind,
                ends.size() - expired,
                expired,
                ends.stream().filter(end -> end.isAfter(now)).min(Comparator.naturalOrder()));
    }
}
