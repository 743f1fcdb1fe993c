package org.postseal.gateway.road.directory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.database.TrustCollections.Collected;

/**
 * Warns that a member of a trust collection expires: 90, 30 and 7 days ahead, and when it has expired. Each warning is
 * given once, and again after a restart. Paths through an expired member are invalid, but the member stays in the
 * collection. Not thread-safe.
 */
final class ExpiryAlarm {
    private static final List<Integer> DAYS_AHEAD = List.of(0, 7, 30, 90);

    private final Map<Member, Integer> told = new HashMap<>();

    /** Returns the warnings that are due now, one line each. */
    List<String> due(List<Collected> collections, Instant now) {
        List<String> lines = new ArrayList<>();
        for (Collected collection : collections) {
            Member member = new Member(collection.name(), collection.expiringThumbprint());
            Duration left = Duration.between(now, collection.expiryDate());
            DAYS_AHEAD.stream()
                    .filter(days -> left.compareTo(Duration.ofDays(days)) <= 0)
                    .findFirst()
                    .filter(days -> !days.equals(told.put(member, days)))
                    .ifPresent(_ -> lines.add(line(collection, left)));
        }
        return lines;
    }

    private static String line(Collected collection, Duration left) {
        String when = left.isNegative() || left.isZero()
                ? "expired on " + collection.expiryDate() + ": paths through it are not valid any more"
                : "expires on " + collection.expiryDate() + ", in " + left.toDays() + " days";
        return "trust collection " + collection.name() + ": the certificate with SHA-1 "
                + collection.expiringThumbprint() + " " + when;
    }

    private record Member(String collection, String thumbprint) {}
}
