package org.postseal.gateway.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.ArchiveState;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.PolicyText;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.write.AuditLogs;

/**
 * The text of a policy is on disk before a record says that the policy is in force, and stays as long as a record names
 * it.
 */
class KeptPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final PolicyText FIRST = PolicyText.of("version: 1 # first\n".getBytes(UTF_8));
    private static final PolicyText SECOND = PolicyText.of("version: 1 # second \u00e4\r\n".getBytes(UTF_8));

    @TempDir
    private Path folder;

    @Test
    void itIsKeptOctetByOctetUnderTheSha256ThatRecordsName() throws IOException {
        try (AuditLog log = open(NOW)) {
            log.append(List.of(Records.read(NOW, "policy-loaded", SECOND)));
            assertThat(file(SECOND)).hasBinaryContent("version: 1 # second \u00e4\r\n".getBytes(UTF_8));
            log.append(List.of(Records.read(NOW, "shadow-loaded", FIRST)));
        }
        assertThat(names()).containsExactlyInAnyOrder(FIRST.sha256() + ".yaml", SECOND.sha256() + ".yaml");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(FIRST))))
                .isEqualTo("rw-r-----");
        assertThat(kept(SECOND.sha256()))
                .isInstanceOfSatisfying(
                        KeptPolicy.Kept.class,
                        kept -> assertThat(kept.text()).isEqualTo("version: 1 # second \u00e4\r\n"));
        assertThat(Files.readString(config().adminFile())).contains("\"file.hash.sha256\":\"" + FIRST.sha256() + "\"");
    }

    @Test
    void whatIsNotThereOrIsAnotherIsNotTakenForIt() throws IOException {
        assertThat(kept(FIRST.sha256())).isEqualTo(new KeptPolicy.Missing());
        assertThat(kept("../audit")).isEqualTo(new KeptPolicy.Missing());
        keep(FIRST);
        Files.writeString(file(FIRST), "version: 1 # Xirst\n");
        assertThat(kept(FIRST.sha256())).isEqualTo(new KeptPolicy.Changed());
        assertThat(kept(FIRST.sha256().replace('a', 'A'))).isEqualTo(new KeptPolicy.Missing());
    }

    @Test
    void whatStandsUnderItsNameAndIsAnotherIsWrittenAnew() throws IOException {
        keep(FIRST);
        Files.writeString(file(FIRST), "somebody else's");
        keep(FIRST);
        assertThat(kept(FIRST.sha256())).isInstanceOf(KeptPolicy.Kept.class);
        assertThat(names()).containsExactly(FIRST.sha256() + ".yaml");
    }

    @Test
    void whereItCannotBeKeptNoRecordSaysThatItCounts() throws IOException {
        Path obstacle = Files.writeString(config().evidence(), "where the folder should be");
        try (AuditLog log = open(NOW)) {
            assertThatThrownBy(() -> log.append(List.of(Records.read(NOW, "policy-loaded", FIRST))))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(
                            "the text of policy " + FIRST.sha256() + " cannot be kept beside the audit log: ");
            assertThat(Files.readString(config().adminFile())).doesNotContain(FIRST.sha256());
            Files.delete(obstacle);
            // A folder has the name of the file.
            Files.createDirectories(file(FIRST).resolve("in the way"));
            assertThatThrownBy(() -> log.append(List.of(Records.read(NOW, "policy-loaded", FIRST))))
                    .isInstanceOf(IOException.class);
            assertThat(Files.readString(config().adminFile())).doesNotContain(FIRST.sha256());
            assertThat(names()).containsExactly(FIRST.sha256() + ".yaml");
            // Records of messages do not wait for the text.
            log.append(List.of(done(NOW, FIRST)));
            Files.delete(file(FIRST).resolve("in the way"));
            Files.delete(file(FIRST));
            log.append(List.of(Records.read(NOW, "policy-loaded", FIRST)));
        }
        assertThat(kept(FIRST.sha256())).isInstanceOf(KeptPolicy.Kept.class);
        assertThat(Files.readString(config().adminFile())).contains(FIRST.sha256());
    }

    /**
     * A text may be kept without a record, as after a SIGKILL between the two. The next start finds it, and it is
     * removed like any other.
     */
    @Test
    void oneThatWasNeverRecordedHurtsNobodyAndGoes() throws IOException {
        keep(FIRST);
        Files.writeString(file(FIRST).resolveSibling(SECOND.sha256() + ".yaml.123.new"), "half a te");
        try (AuditLog log = open(NOW)) {
            log.append(List.of(Records.read(NOW, "policy-loaded", SECOND)));
        }
        assertThat(names()).contains(FIRST.sha256() + ".yaml", SECOND.sha256() + ".yaml");
        Files.setLastModifiedTime(
                file(FIRST), FileTime.from(NOW.minus(Duration.ofDays(401).plus(DAY))));
        Files.setLastModifiedTime(
                file(FIRST).resolveSibling(SECOND.sha256() + ".yaml.123.new"), FileTime.from(NOW.minus(DAY)));
        tidy(NOW, Optional.of(NOW.minus(Duration.ofDays(400))), Optional.of(NOW.minus(Duration.ofDays(400))));
        assertThat(names()).containsExactly(SECOND.sha256() + ".yaml");
    }

    @Test
    void itStaysAsLongAsARecordOfEitherLogNamesIt() throws IOException {
        keep(FIRST);
        Files.setLastModifiedTime(file(FIRST), FileTime.from(NOW));
        Instant later = NOW.plus(Duration.ofDays(500));
        tidy(later, Optional.of(NOW.plus(DAY.multipliedBy(9))), Optional.of(NOW.minus(DAY)));
        assertThat(names()).containsExactly(FIRST.sha256() + ".yaml");
        tidy(later, Optional.of(NOW.plus(DAY.multipliedBy(9))), Optional.empty());
        assertThat(names()).containsExactly(FIRST.sha256() + ".yaml");
        tidy(later, Optional.of(NOW.plus(DAY.multipliedBy(9))), Optional.of(NOW.plus(DAY.multipliedBy(9))));
        assertThat(names()).isEmpty();
    }

    @Test
    void aRecordThatNamesItProlongsItAndOneThatNamesNoneThatIsKeptIsCounted() throws IOException {
        keep(FIRST);
        Files.setLastModifiedTime(file(FIRST), FileTime.from(NOW.minus(DAY.multipliedBy(10))));
        ArchiveState state;
        try (AuditLog log = open(NOW)) {
            log.append(List.of(done(NOW, FIRST), done(NOW, SECOND)));
            while (log.evidence().orElseThrow().lost() == 0) {
                Thread.onSpinWait();
            }
            state = log.evidence().orElseThrow();
        }
        assertThat(Files.getLastModifiedTime(file(FIRST)).toInstant()).isEqualTo(NOW);
        assertThat(state.lost()).isEqualTo(1);
    }

    /** The text of the policy in force stays even if no message comes. */
    @Test
    void whatCountsStaysWithoutARecordAndGoesWhenAnotherCounts() throws IOException {
        Instant year = NOW.plus(Duration.ofDays(500));
        Optional<Instant> oldest = Optional.of(year.minus(DAY.multipliedBy(30)));
        keep(FIRST);
        Files.setLastModifiedTime(file(FIRST), FileTime.from(NOW));
        // The archive's own thread tidies nothing up, since it would do so at any moment between these lines.
        try (ValidationArchive archive = ValidationArchive.open(config(), () -> year, () -> {
            throw new IllegalStateException("the oldest records are not known");
        })) {
            archive.counts("policy", Optional.of(FIRST.sha256()));
            archive.tidyNow(new OldestRecords(oldest, oldest));
            assertThat(Files.getLastModifiedTime(file(FIRST)).toInstant()).isEqualTo(year);
            archive.counts("policy", Optional.of(SECOND.sha256()));
            Files.setLastModifiedTime(file(FIRST), FileTime.from(NOW));
            archive.tidyNow(new OldestRecords(oldest, oldest));
            assertThat(names()).isEmpty();
        }
    }

    /** The times of the oldest records are read from the files of both logs. */
    @Test
    void itGoesWithTheFilesOfTheLog() throws IOException {
        try (AuditLog log = open(NOW)) {
            log.append(List.of(Records.read(NOW, "policy-loaded", FIRST), done(NOW, FIRST)));
        }
        // Another policy comes into force, and is recorded in the next files.
        Instant year = NOW.plus(Duration.ofDays(402));
        rotated();
        try (AuditLog log = open(year)) {
            log.append(List.of(Records.read(year, "policy-loaded", SECOND), done(year, SECOND)));
        }
        try (AuditLog log = open(year.plus(DAY.multipliedBy(2)))) {
            log.requireWritable();
        }
        assertThat(names()).containsExactlyInAnyOrder(FIRST.sha256() + ".yaml", SECOND.sha256() + ".yaml");
        for (String name : List.of("audit", "admin")) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path full : files.filter(
                                file -> file.getFileName().toString().startsWith(name + "-0000"))
                        .toList()) {
                    Files.delete(full);
                }
            }
        }
        try (AuditLog log = open(year.plus(DAY.multipliedBy(3)))) {
            log.requireWritable();
        }
        assertThat(names()).containsExactly(SECOND.sha256() + ".yaml");
    }

    /** Renames the files in use to full ones. */
    private void rotated() throws IOException {
        for (String name : List.of("audit", "admin")) {
            Files.move(folder.resolve(name + ".jsonl"), folder.resolve(name + "-000000000001.jsonl"));
        }
    }

    private void tidy(Instant now, Optional<Instant> ofMessages, Optional<Instant> ofChanges) {
        try (ValidationArchive archive = ValidationArchive.open(
                config(), () -> now, () -> new OldestRecords(Optional.empty(), Optional.empty()))) {
            archive.tidyNow(new OldestRecords(ofMessages, ofChanges));
        }
    }

    private void keep(PolicyText text) throws IOException {
        try (ValidationArchive archive = ValidationArchive.open(
                config(), () -> NOW, () -> new OldestRecords(Optional.empty(), Optional.empty()))) {
            archive.require(text);
        }
    }

    private static AuditEvent.RecipientDone done(Instant at, PolicyText text) {
        return Records.by(
                text.sha256(), Records.done(at, "Q1", "<1@ours.example>", "a@ours.example", "b@x.example", "rest"));
    }

    private AuditLog open(Instant now) throws IOException {
        return AuditLogs.open(config(), () -> now);
    }

    private AuditConfig config() {
        return AuditConfig.of(folder.resolve("audit.jsonl"));
    }

    private KeptPolicy kept(String sha256) throws IOException {
        return KeptPolicy.read(config().evidence(), sha256);
    }

    private Path file(PolicyText text) {
        return config().evidence().resolve(text.sha256() + ".yaml");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(config().evidence())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
