package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PositionTest {
    private final Position position =
            new Position("scope", Instant.parse("2026-11-24T12:00:00.123Z"), new byte[] {1, -2});

    @Test
    void comesBackAsItWas() {
        Position back = Position.decode(position.encode()).orElseThrow();

        assertThat(back.scope()).isEqualTo("scope");
        assertThat(back.lastFull()).isEqualTo(position.lastFull());
        assertThat(back.octets()).isEqualTo(position.octets());
    }

    @Test
    void damagedOctetsAreNoPosition() {
        byte[] encoded = position.encode();
        for (int length = 0; length < encoded.length; length++) {
            assertThat(Position.decode(Arrays.copyOf(encoded, length)))
                    .as("cut to " + length)
                    .isEmpty();
        }
        assertThat(Position.decode(Arrays.copyOf(encoded, encoded.length + 1))).isEmpty();
        byte[] otherVersion = encoded.clone();
        otherVersion[0] = 2;
        assertThat(Position.decode(otherVersion)).isEmpty();
    }
}
