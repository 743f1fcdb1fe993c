package org.postseal.certstore.directory;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.StoreUnavailableException;

/**
 * What is remembered of a source and an address: the last answer, and the failure since then. Ticker times, compared by difference. Immutable.
 *
 * @param known null when there never was an answer
 * @param failure null when the last question had an answer
 */
record Entry<T>(@Nullable Known<T> known, @Nullable Failure failure) {
    /** An answer. */
    record Known<T>(List<T> items, long freshUntil, long refreshAt, long staleUntil) {
        Known {
            items = List.copyOf(items);
        }
    }

    /** A question without an answer, and when it may be asked again. */
    record Failure(StoreUnavailableException cause, long retryAt) {}

    /** What is known, if anything. */
    List<T> items() {
        return known == null ? List.of() : known.items();
    }

    /** True when the source has to be asked; with {@code renew} also for an answer that is soon to end. */
    boolean isDue(long now, boolean renew) {
        if (failure != null && now - failure.retryAt() < 0) {
            return false;
        }
        if (known == null || now - known.freshUntil() >= 0) {
            return true;
        }
        return renew && now - known.refreshAt() >= 0;
    }

    /** The answer to go on with; empty when there is only the failure. */
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
