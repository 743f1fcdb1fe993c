package org.postseal.certstore.revocation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;

/** Keeps answers in memory, up to a limit in octets. Thread-safe. */
public final class MemoryRevocationStore implements RevocationStore {
    private final Cache<String, StoredAnswer> answers;

    /** Creates a store of at most about {@code maxOctets}. */
    public MemoryRevocationStore(long maxOctets) {
        this.answers = Caffeine.newBuilder()
                .maximumWeight(maxOctets)
                .weigher((String key, StoredAnswer answer) -> 200 + key.length() + answer.octets().length)
                .build();
    }

    @Override
    public Optional<StoredAnswer> get(String key) {
        return Optional.ofNullable(answers.getIfPresent(key));
    }

    @Override
    public void put(String key, StoredAnswer answer) {
        answers.put(key, answer);
    }
}
