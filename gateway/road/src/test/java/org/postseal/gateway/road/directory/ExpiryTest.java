package org.postseal.gateway.road.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ExpiryTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    @Test
    void theNextIsTheFirstOfThoseThatAreStillValid() {
        Instant soon = NOW.plusSeconds(1);
        assertThat(Expiry.of(
                        Expiry.Kind.KEY,
                        List.of(
                                end(NOW.plus(Duration.ofDays(9)), "d"),
                                end(soon, "c"),
                                end(soon, "b"),
                                end(NOW, "a"),
                                end(NOW.minus(Duration.ofDays(9)), "a")),
                        NOW))
                .isEqualTo(new Expiry(Expiry.Kind.KEY, 3, 2, Optional.of(end(soon, "b"))));
    }

    @Test
    void whereNoneIsValidThereIsNoNext() {
        assertThat(Expiry.of(Expiry.Kind.ANCHOR, List.of(end(NOW, "a")), NOW))
                .isEqualTo(new Expiry(Expiry.Kind.ANCHOR, 0, 1, Optional.empty()));
    }

    private static Expiry.End end(Instant at, String sha256) {
        return new Expiry.End(at, sha256);
    }
}
