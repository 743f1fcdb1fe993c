package org.postseal.certstore.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.Corpora;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;

/**
 * Uses the sample certificates and keys of RFC 9216, for RSA and Curve25519, with either root as the anchor.
 * Certificates below the other root are reached through the cross certificate.
 */
class Rfc9216Test {
    private static final List<String> PEOPLE = List.of("4-5:alice", "5-5:bob", "7-5:carlos", "8-5:dana");

    @ParameterizedTest
    @ValueSource(strings = {"3-1-rsa", "6-1-ed25519"})
    void everybodySignsAndIsEncryptedToUntil2052(String root, @TempDir Path directory) throws Exception {
        FileCertificateStore store = store(root, directory);
        for (Instant time : List.of(
                Instant.parse("2021-01-01T00:00:00Z"),
                Instant.parse("2026-06-01T00:00:00Z"),
                Instant.parse("2052-09-01T00:00:00Z"))) {
            for (String person : PEOPLE) {
                MailAddress address = address(person);
                assertThat(store.signingKey(address, KeyPlace.ANYWHERE, time))
                        .isInstanceOf(CertificateChoice.Chosen.class);
                assertThat(store.encryptionCertificate(address, time)).isInstanceOf(CertificateChoice.Chosen.class);
            }
        }
        for (String person : PEOPLE) {
            CertificateChoice<?> late =
                    store.signingKey(address(person), KeyPlace.ANYWHERE, Instant.parse("2053-01-01T00:00:00Z"));
            assertThat(((CertificateChoice.NoneUsable<?>) late).status()).isInstanceOf(CertificateStatus.Expired.class);
        }
    }

    private static FileCertificateStore store(String root, Path directory) throws IOException {
        Path folder = Corpora.folder("rfc9216");
        Path trust = Files.createDirectories(directory.resolve("trust"));
        copy(folder, root, ".crt", trust.resolve("root.crt"));
        copy(folder, "3-3-", ".crt", directory.resolve("cross-rsa.crt"));
        copy(folder, "6-3-", ".crt", directory.resolve("cross-ed25519.crt"));
        for (String person : PEOPLE) {
            String name = person.substring(4);
            copy(folder, person.substring(0, 3), ".p12", directory.resolve(name + ".p12"));
            Files.writeString(directory.resolve(name + ".p12.password"), name + "\n");
        }
        StoreLoad load = FileCertificateStore.load(directory);
        assertThat(load).isInstanceOf(StoreLoad.Loaded.class);
        return ((StoreLoad.Loaded) load).store();
    }

    private static MailAddress address(String person) {
        return MailAddress.of(person.substring(4) + "@smime.example");
    }

    private static void copy(Path folder, String prefix, String suffix, Path target) throws IOException {
        try (var files = Files.list(folder)) {
            Path source = files.filter(file -> file.getFileName().toString().startsWith(prefix)
                            && file.getFileName().toString().endsWith(suffix))
                    .findFirst()
                    .orElseThrow();
            Files.copy(source, target);
        }
    }
}
