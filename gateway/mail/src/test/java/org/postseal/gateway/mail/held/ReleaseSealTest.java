package org.postseal.gateway.mail.held;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.Secret;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Release;
import org.postseal.gateway.mail.held.ReleaseSeal.Opening;

/** The wish to release a copy is opened by the gateway that has the key, for ten minutes. */
class ReleaseSealTest {
    private static final Instant NOW = Instant.parse("2026-12-02T12:00:00Z");
    private static final Release RELEASE = new Release("00ff", "Jörg", "asked for by phone");
    private static final RawMessage COPY =
            RawMessage.of("X-Postseal-Held: of no interest here\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

    private final ReleaseSeal seal = new ReleaseSeal(secret('a'));

    @Test
    void itSaysWhoReleasesWhatAndWhy() throws IOException {
        Opening.Wanted wanted = (Opening.Wanted) seal.open(message(RELEASE, NOW), NOW);
        assertThat(wanted.release()).isEqualTo(RELEASE);
        assertThat(wanted.copy().toByteArray()).isEqualTo(COPY.toByteArray());
    }

    @Test
    void itCountsForTenMinutes() throws IOException {
        RawMessage message = message(RELEASE, NOW);
        assertThat(seal.open(message, NOW.plus(Duration.ofMinutes(10)))).isInstanceOf(Opening.Wanted.class);
        assertThat(seal.open(message, NOW.plus(Duration.ofMinutes(10)).plusMillis(1)))
                .isEqualTo(new Opening.NotWanted(
                        "X-Postseal-Release was written at 2026-12-02T12:00:00Z and counts for 10 minutes"));
        assertThat(seal.open(message, NOW.minus(Duration.ofMinutes(11)))).isInstanceOf(Opening.NotWanted.class);
    }

    @Test
    void nobodyElseCanWriteIt() throws IOException {
        assertThat(new ReleaseSeal(secret('b')).open(message(RELEASE, NOW), NOW))
                .isEqualTo(new Opening.NotWanted("X-Postseal-Release is of another key"));
        assertThat(seal.open(COPY, NOW))
                .isEqualTo(new Opening.NotWanted("nobody asks for it: no field X-Postseal-Release"));
        byte[] altered = message(RELEASE, NOW).toByteArray();
        int last = new String(altered, StandardCharsets.ISO_8859_1).indexOf(';') - 2;
        altered[last] = (byte) (altered[last] == 'A' ? 'B' : 'A');
        assertThat(seal.open(RawMessage.of(altered), NOW))
                .isEqualTo(new Opening.NotWanted("X-Postseal-Release was altered"));
        // The field of a held copy has another key, though it comes from the same secret.
        String held = new String(message(RELEASE, NOW).toByteArray(), StandardCharsets.ISO_8859_1)
                .replaceFirst("X-Postseal-Release", "X-Postseal-Held");
        assertThat(new HeldSeal(secret('a')).open(RawMessage.of(held.getBytes(StandardCharsets.ISO_8859_1)), NOW))
                .isInstanceOf(HeldOpening.Refused.class);
    }

    private RawMessage message(Release release, Instant at) throws IOException {
        return RawMessage.join(List.of(RawMessage.of(seal.field(release, at)), COPY));
    }

    private static Secret secret(char digit) {
        return Secret.of(String.valueOf(digit).repeat(32).getBytes(StandardCharsets.US_ASCII));
    }
}
