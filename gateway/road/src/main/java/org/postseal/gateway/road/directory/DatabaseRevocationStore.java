package org.postseal.gateway.road.directory;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.RevocationCache;
import org.postseal.certstore.database.RevocationCache.Kind;
import org.postseal.certstore.revocation.MemoryRevocationStore;
import org.postseal.certstore.revocation.RevocationStore;
import org.postseal.certstore.revocation.StoredAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps revocation lists and OCSP responses in memory, and in the database across restarts. Thread-safe. */
final class DatabaseRevocationStore implements RevocationStore {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseRevocationStore.class);

    private final RevocationStore memory = new MemoryRevocationStore(MEMORY_OCTETS);
    private final CertificateDatabase database;
    private final InstantSource clock;
    // The map has one entry for each place that lists come from and for each OCSP question. It is cleared before it
    // grows large.
    private final java.util.Map<String, Seen> seen = new java.util.concurrent.ConcurrentHashMap<>();

    /**
     * What was seen of an answer.
     *
     * @param changes the number of commits at that time
     * @param fetched when the answer in the database was fetched
     */
    private record Seen(long changes, Optional<Instant> fetched) {}

    DatabaseRevocationStore(CertificateDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Optional<StoredAnswer> get(String key) {
        Optional<StoredAnswer> known = memory.get(key);
        try {
            // After any commit the database is read again: 'ca revoke' puts a list there that nobody would fetch yet.
            long changes = database.changes();
            Seen last = seen.get(key);
            if (known.isPresent() && last != null && last.changes == changes) {
                return known;
            }
            if (seen.size() > MOST_SEEN) {
                seen.clear();
            }
            // Most commits are about something else, and a list may be large.
            Optional<Instant> fetched = database.revocation().fetched(kind(key), key);
            seen.put(key, new Seen(changes, fetched));
            if (known.isPresent() && last != null && last.fetched.equals(fetched)) {
                return known;
            }
            Optional<StoredAnswer> stored = database.revocation()
                    .find(kind(key), key)
                    .flatMap(answer ->
                            answer.nextUpdate().map(next -> new StoredAnswer(answer.der(), answer.thisUpdate(), next)));
            Optional<StoredAnswer> newer = stored.filter(
                    answer -> known.filter(had -> !isNewer(answer, had)).isEmpty());
            newer.ifPresent(answer -> memory.put(key, answer));
            return newer.or(() -> known);
        } catch (DatabaseException e) {
            seen.remove(key);
            LOG.warn("a kept answer about revocation cannot be read: {}", e.getMessage());
            return known;
        }
    }

    /**
     * Returns true if the stored answer replaces the one in memory. Lists count whole seconds, so two lists of ours may
     * carry the same time. The later one is then in the database, where no answer replaces a newer one.
     */
    private static boolean isNewer(StoredAnswer answer, StoredAnswer had) {
        return !answer.thisUpdate().isBefore(had.thisUpdate()) && !Arrays.equals(answer.octets(), had.octets());
    }

    @Override
    public void put(String key, StoredAnswer answer) {
        memory.put(key, answer);
        try {
            database.revocation()
                    .store(
                            kind(key),
                            key,
                            new RevocationCache.Answer(
                                    answer.octets(),
                                    answer.thisUpdate(),
                                    Optional.of(answer.nextUpdate()),
                                    clock.instant()));
        } catch (DatabaseException e) {
            LOG.warn("an answer about revocation cannot be kept: {}", e.getMessage());
        }
    }

    private static Kind kind(String key) {
        return key.startsWith("crl:") ? Kind.CRL : Kind.OCSP;
    }

    private static final int MOST_SEEN = 100_000;
    private static final long MEMORY_OCTETS = 64L << 20;
}
