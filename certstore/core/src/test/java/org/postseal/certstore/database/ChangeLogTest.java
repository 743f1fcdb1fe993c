package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.database.ChangeLog.Change;

@ParameterizedClass
@EnumSource
class ChangeLogTest {
    private static final Act ACT = new Act("root", Instant.parse("2026-11-24T12:00:00Z"), "ticket 7");

    @Parameter
    TestEngine engine;

    @TempDir
    Path directory;

    @Test
    void changesWaitInOrderUntilTheyAreTaken() {
        try (CertificateDatabase database = engine.in(directory).open()) {
            ChangeLog log = database.changeLog();
            log.add("cert-pin", "certificate:ab", List.of("alice@example.com", "encrypt"), ACT);
            log.add("cert-block", "address:bob@example.com", List.of(), ACT);
            log.add("key-remove", "key:cd", List.of(), ACT);
            assertThat(log.waiting(2))
                    .containsExactly(
                            new Change(1, ACT, "cert-pin", "certificate:ab", List.of("alice@example.com", "encrypt")),
                            new Change(2, ACT, "cert-block", "address:bob@example.com", List.of()));
            log.taken(2);
            assertThat(log.waiting(10)).extracting(Change::sequence).containsExactly(3L);
            log.add("cert-pin", "certificate:ef", List.of(), ACT);
            assertThat(log.waiting(10)).extracting(Change::sequence).containsExactly(3L, 4L);
            log.taken(4);
            log.add("cert-pin", "certificate:01", List.of(), ACT);
            assertThat(log.waiting(10))
                    .as("somebody who takes up to 4 now takes no change that they have not seen")
                    .extracting(Change::sequence)
                    .containsExactly(5L);
        }
    }

    @Test
    void aChangeThatIsTakenBackLeavesNoRecord() {
        try (CertificateDatabase database = engine.in(directory).open()) {
            assertThatThrownBy(() -> database.commit(transaction -> {
                        transaction.changeLog().add("cert-pin", "certificate:ab", List.of(), ACT);
                        throw new IllegalArgumentException("no");
                    }))
                    .hasMessage("no");
            assertThat(database.changeLog().waiting(10)).isEmpty();
        }
    }
}
