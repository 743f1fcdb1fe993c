package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.files.FileCertificateStore;
import org.postseal.certstore.files.StoreLoad;
import org.postseal.gateway.mail.RawMessage;

/** Uses the sample keys of RFC 9216. It has no messages, so the test makes some. */
class Rfc9216SamplesTest {
    @ParameterizedTest
    @CsvSource({
        "4-5-pkcs-12-object-for-alice, alice, alice@smime.example, 3-1-rsa",
        "5-5-pkcs-12-object-for-bob, bob, bob@smime.example, 3-1-rsa",
        "7-5-pkcs-12-object-for-carlos, carlos, carlos@smime.example, 6-1-ed25519",
        "8-5-pkcs-12-object-for-dana, dana, dana@smime.example, 6-1-ed25519"
    })
    void keysOfRfc9216SignAndOpen(String file, String password, String address, String root, @TempDir Path directory)
            throws Exception {
        Path folder = Corpora.directory().resolve("rfc9216");
        Files.createDirectories(directory.resolve("trust"));
        Files.copy(folder.resolve(file + ".p12"), directory.resolve("key.p12"));
        Files.writeString(directory.resolve("key.p12.password"), password);
        Files.copy(
                folder.resolve(root + "-certification-authority-root-certificate.crt"),
                directory.resolve("trust/root.crt"));
        CertificateStore store = switch (FileCertificateStore.load(directory)) {
            case StoreLoad.Loaded(FileCertificateStore loaded) -> loaded;
            case StoreLoad.Refused refused -> throw new AssertionError(refused.toString());
        };
        MailAddress who = MailAddress.of(address);
        KeyHandle signing = chosen(store.signingKey(who, KeyPlace.ANYWHERE, Pki.NOW));
        MailCertificate encryption = chosen(store.encryptionCertificate(who, Pki.NOW));

        SignedMessage signed = Mail.signed(Mail.message("x\r\n"), signing, Mail.CLEAR);
        assertThat(Mail.describe(Mail.verify(signed.message(), who, store, Pki.NOW)))
                .isEqualTo("Valid");
        RawMessage sealed = Mail.encrypt(Mail.message("x\r\n"), Mail.GCM, encryption);
        assertThat(Mail.opened(sealed, store.decryptionKeys(who).toArray(new KeyHandle[0]))
                        .toByteArray())
                .isEqualTo(Mail.message("x\r\n").toByteArray());
    }

    private static <T> T chosen(CertificateChoice<T> choice) {
        return switch (choice) {
            case CertificateChoice.Chosen<T>(T chosen, var _) -> chosen;
            case CertificateChoice.NoneUsable<T> none -> throw new AssertionError(none.toString());
        };
    }
}
