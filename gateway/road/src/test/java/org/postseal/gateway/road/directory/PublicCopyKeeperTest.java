package org.postseal.gateway.road.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateDatabase.Options;
import org.postseal.certstore.database.PublicCopy;
import org.postseal.certstore.database.PublicCopyWriter.Beside;

final class PublicCopyKeeperTest {
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(textBlock = """
            # changed, since the last one was begun, which took, due
            false, PT5S,    PT0S,    false
            true,  PT4.9S,  PT0S,    false
            true,  PT5S,    PT0.1S,  true
            false, PT59M,   PT0.1S,  false
            false, PT60M,   PT0.1S,  true
            true,  PT199S,  PT10S,   false
            true,  PT200S,  PT10S,   true
            false, PT3H,    PT10M,   false
            true,  PT3H,    PT10M,   false
            true,  PT3H20M, PT10M,   true
            """)
    void soonAfterAChangeHourlyAndATwentiethOfTheTimeAtMost(
            boolean isChanged, Duration since, Duration took, boolean isDue) {
        assertThat(PublicCopyKeeper.Rhythm.DEFAULT.isDue(isChanged, since, took))
                .isEqualTo(isDue);
    }

    @Test
    void eachChangeIsWrittenOnceAndWhatFailsIsTriedAgain() throws Exception {
        Changing source = new Changing();
        Path file = folder.resolve("certificates.db");
        PublicCopyKeeper.Rhythm rhythm = new PublicCopyKeeper.Rhythm(AT_ONCE, AT_ONCE, Duration.ofDays(1));
        try (PublicCopyKeeper keeper = new PublicCopyKeeper(file, source, () -> Instant.EPOCH, rhythm)) {
            source.state = "first";
            assertThat(keeper.state()).isEqualTo(new PublicCopyState(Optional.empty(), false));
            keeper.start();
            assertThat(source.next()).isEqualTo("first");
            source.state = "second";
            assertThat(source.next()).isEqualTo("second");
            source.state = "fails";
            assertThat(List.of(source.next(), source.next(), source.next()))
                    .as("until it does not")
                    .containsOnly("fails");
            assertThat(keeper.state())
                    .as("of the one before")
                    .isEqualTo(new PublicCopyState(Optional.of(Instant.EPOCH), true));
            source.state = "third";
            String seen = source.next();
            while (seen.equals("fails")) {
                seen = source.next();
            }
            assertThat(seen).isEqualTo("third");
            source.state = "fourth";
            assertThat(source.next()).isEqualTo("fourth");
            assertThat(keeper.state()).isEqualTo(new PublicCopyState(Optional.of(Instant.EPOCH), false));
        }
        assertThat(Files.exists(file)).isTrue();
        try (PublicCopy copy = PublicCopy.open(file, Options.DEFAULT)) {
            assertThat(copy.written()).isEqualTo(Instant.EPOCH);
        }
    }

    /** Says when its content is copied. */
    private static final class Changing implements PublicCopyKeeper.Source {
        private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        private volatile String state = "";

        String next() throws InterruptedException {
            return Optional.ofNullable(asked.poll(60, TimeUnit.SECONDS))
                    .orElseThrow(() -> new AssertionError("nothing is written"));
        }

        @Override
        public Object state() {
            return state;
        }

        @Override
        public Optional<CertificateDatabase> database() {
            return Optional.empty();
        }

        @Override
        public Beside beside() {
            String now = state;
            asked.add(now);
            if (now.equals("fails")) {
                throw new IllegalStateException("on purpose");
            }
            return new Beside(List.of(), List.of(), List.of());
        }
    }
}
