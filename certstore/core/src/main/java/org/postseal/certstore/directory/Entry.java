package org.postseal.certstore.directory;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.StoreUnavailableException;

/**
 * Remembers the last answer of a source for an address, and the failure since then. Its times are ticker times, which
 * are compared by difference. Immutable.
 *
 * @param known the last answer, or null if there never was one
 * @param failure the failure, or null if the last question had an answer
 */
record Entry<T>(@Nullable Known<T> known, @Nullable Failure failure) {
    record Known<T>(List<T> items, long freshUntil, long refreshAt, long staleUntil) {
        Known {
            items = List.copyOf(items);
        }
    }

    /** A question without an answer, and the time from which it may be asked again. */
    record Failure(StoreUnavailableException cause, long retryAt) {}

    /** Returns the items of the last answer, or none. */
    List<T> items() {
        return known == null ? List.of() : known.items();
    }

    /**
     * Returns true if the source has to be asked. With {@code renew}, it is also asked if the answer is about to end.
     */
    boolean isDue(long now, boolean renew) {
        if (failure != null && now - failure.retryAt() < 0) {
            return false;
        }
        if (known == null || now - known.freshUntil() >= 0) {
            return true;
        }
        return renew && now - known.refreshAt() >= 0;
    }

    /** Returns the answer to use, or empty if there is only the failure. */
    Optional<Answer<T>> answer(long now) {
        if (known == null) {
            return Optional.empty();
        }
        if (failure == null) {
            return Optional.of(new Answer<>(known.items(), false, known.freshUntil(), known.refreshAt()));
        }
        if (now - known.freshUntil() < 0) {
            return Optional.of(new Answer<>(known.items(), false, known.freshUntil(), failure.retryAt()));
        }
        return now - known.staleUntil() < 0
                ? Optional.of(new Answer<>(known.items(), true, failure.retryAt(), failure.retryAt()))
                : Optional.empty();
    }
}
