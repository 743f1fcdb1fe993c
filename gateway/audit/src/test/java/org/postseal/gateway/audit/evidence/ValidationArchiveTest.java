package org.postseal.gateway.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.PathEvidence.Kind;
import org.postseal.certstore.Secret;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.gateway.audit.ArchiveState;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditConfigs;

class ValidationArchiveTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);
    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("Test", NOW.minus(YEAR), NOW.plus(YEAR));
    private static final MailCertificate BOB = AUTHORITY
            .request(MailAddress.of("bob@partner.example"))
            .validity(NOW.minus(YEAR), NOW.plus(YEAR))
            .issue()
            .certificate();
    private static final byte[] LIST = "a list".getBytes(UTF_8);
    private static final String DIGITS = Digest.SHA_256.hex(LIST);

    @TempDir
    private Path folder;

    @Test
    void whatARecordReliesOnIsKeptOnceUnderItsSha256() throws IOException {
        try (ValidationArchive archive = open(config(), NOW, Optional.empty())) {
            archive.keep(Kind.CRL, DIGITS, LIST);
            archive.keep(Kind.CRL, DIGITS, LIST);
            archive.named(List.of(validation()), NOW);
            archive.named(List.of(validation()), NOW);
        }
        assertThat(names())
                .containsExactlyInAnyOrder(
                        DIGITS + ".crl",
                        BOB.id().hex() + ".cer",
                        AUTHORITY.root().id().hex() + ".cer");
        assertThat(ValidationFile.answer(config(), Kind.CRL, DIGITS)).contains(LIST);
        assertThat(ValidationFile.answer(config(), Kind.OCSP, DIGITS)).isEmpty();
        assertThat(ValidationFile.certificate(config(), BOB.id().hex()))
                .contains(BOB.holder().getEncoded());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(list())))
                .isEqualTo("rw-r-----");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config().evidence())))
                .isEqualTo("rwxr-x---");
    }

    @Test
    void whatHoldsSomethingElseIsNotHandedOut() throws IOException {
        try (ValidationArchive archive = open(config(), NOW, Optional.empty())) {
            archive.keep(Kind.CRL, DIGITS, LIST);
        }
        Files.writeString(list(), "another list");
        assertThat(ValidationFile.answer(config(), Kind.CRL, DIGITS)).isEmpty();
    }

    @Test
    void withoutAddressesNoCertificateOfAPersonIsKept() throws IOException {
        AuditConfig plain = config();
        AuditConfig hashed = AuditConfigs.hashed(plain, Secret.of("0123456789abcdef".getBytes(UTF_8)));
        try (ValidationArchive archive = open(hashed, NOW, Optional.empty())) {
            archive.keep(Kind.CRL, DIGITS, LIST);
            archive.named(List.of(validation()), NOW);
        }
        assertThat(names())
                .containsExactlyInAnyOrder(
                        DIGITS + ".crl", AUTHORITY.root().id().hex() + ".cer");
    }

    @Test
    void whatCannotBeKeptIsCountedAndHoldsNobodyUp() throws IOException {
        Files.writeString(config().evidence(), "where the folder should be");
        ValidationArchive archive = open(config(), NOW, Optional.empty());
        archive.keep(Kind.CRL, DIGITS, LIST);
        archive.named(List.of(validation()), NOW);
        archive.close();
        assertThat(archive.state().kept()).isZero();
        assertThat(archive.state().lost()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void whatWasLostIsKeptWhenItCountsAgain() throws IOException {
        Path obstacle = Files.writeString(config().evidence(), "where the folder should be");
        try (ValidationArchive archive = open(config(), NOW, Optional.empty())) {
            archive.keep(Kind.CRL, DIGITS, LIST);
            archive.named(List.of(validation()), NOW);
            while (archive.state().lost() < 5) {
                Thread.onSpinWait();
            }
            Files.delete(obstacle);
            archive.keep(Kind.CRL, DIGITS, LIST);
        }
        assertThat(names()).containsExactly(DIGITS + ".crl");
    }

    @Test
    void theLastOfTheDiskIsLeftToTheRecords() {
        AuditConfig plain = config();
        AuditConfig large = AuditConfigs.rotated(plain, Long.MAX_VALUE >> 3, plain.rotateEvery(), plain.keep());
        ValidationArchive archive = open(large, NOW, Optional.empty());
        archive.keep(Kind.CRL, DIGITS, LIST);
        archive.close();
        assertThat(archive.state()).isEqualTo(new ArchiveState(0, 1));
        assertThat(list()).doesNotExist();
    }

    @Test
    void aLogThatCannotBeReadStopsNothing() {
        ValidationArchive archive = ValidationArchive.open(config(), () -> NOW, () -> {
            throw new IllegalStateException("a record without a time");
        });
        archive.keep(Kind.CRL, DIGITS, LIST);
        archive.close();
        assertThat(list()).exists();
    }

    @Test
    void whatAVerdictThatIsRememberedMayNameStays() throws IOException {
        PathEvidence month = new PathEvidence(List.of(new PathEvidence.Part(
                BOB,
                List.of(new PathEvidence.Revocation.Answered(
                        Kind.CRL, DIGITS, NOW, Optional.of(NOW.plus(Duration.ofDays(30))))))));
        try (ValidationArchive archive = open(config(), NOW, Optional.empty())) {
            archive.keep(Kind.CRL, DIGITS, LIST);
            archive.named(List.of(month), NOW);
        }
        open(config(), NOW.plus(Duration.ofDays(29)), Optional.of(NOW.plus(Duration.ofDays(28))))
                .close();
        assertThat(list()).exists();
        open(config(), NOW.plus(Duration.ofDays(33)), Optional.of(NOW.plus(Duration.ofDays(32))))
                .close();
        assertThat(list()).doesNotExist();
    }

    @Test
    void aRecordThatNamesWhatIsNotThereIsCounted() {
        ValidationArchive archive = open(config(), NOW, Optional.empty());
        archive.named(List.of(validation()), NOW);
        archive.close();
        assertThat(archive.state()).isEqualTo(new ArchiveState(2, 2));
    }

    @Test
    void whatNoRecordThatIsLeftNeedsGoes() throws IOException {
        try (ValidationArchive archive = open(config(), NOW, Optional.empty())) {
            archive.keep(Kind.CRL, DIGITS, LIST);
        }
        Instant used = NOW.minus(Duration.ofDays(10));
        Files.setLastModifiedTime(list(), FileTime.from(used));
        // A record of the next day may name the file without changing its time.
        open(config(), NOW, Optional.of(used.plus(Duration.ofHours(23)))).close();
        assertThat(list()).exists();
        open(config(), NOW, Optional.empty()).close();
        assertThat(list()).exists();
        open(config(), NOW, Optional.of(used.plus(Duration.ofHours(25)))).close();
        assertThat(list()).doesNotExist();
    }

    @Test
    void whatIsNamedAgainStays() throws IOException {
        try (ValidationArchive archive = open(config(), NOW, Optional.empty())) {
            archive.keep(Kind.CRL, DIGITS, LIST);
        }
        Files.setLastModifiedTime(list(), FileTime.from(NOW.minus(Duration.ofDays(10))));
        try (ValidationArchive archive = open(config(), NOW, Optional.empty())) {
            archive.named(List.of(validation()), NOW);
        }
        assertThat(Files.getLastModifiedTime(list()).toInstant()).isEqualTo(NOW);
    }

    private static PathEvidence validation() {
        return new PathEvidence(List.of(
                new PathEvidence.Part(
                        BOB,
                        List.of(
                                new PathEvidence.Revocation.Answered(Kind.CRL, DIGITS, NOW, Optional.empty()),
                                new PathEvidence.Revocation.Answered(
                                        Kind.OCSP, DIGITS, NOW, Optional.of(NOW.plus(Duration.ofDays(1)))))),
                new PathEvidence.Part(
                        AUTHORITY.root(), List.of(new PathEvidence.Revocation.Unanswered("trust anchor")))));
    }

    private static ValidationArchive open(AuditConfig config, Instant now, Optional<Instant> oldest) {
        return ValidationArchive.open(config, () -> now, () -> new OldestRecords(oldest, oldest));
    }

    private AuditConfig config() {
        return AuditConfig.of(folder.resolve("audit.jsonl"));
    }

    private Path list() {
        return config().evidence().resolve(DIGITS + ".crl");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(config().evidence())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
