package org.postseal.gateway.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.smime.CmsEncryptor;
import org.postseal.gateway.testkit.Await;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.yaml.Problem;

/** Tests private keys in the database of a running gateway, and the master key that opens them. */
class MasterKeyIT {
    private static final MailAddress PAUL = MailAddress.of("paul@example.com");
    private static final IssuedCertificate PAULS = Parties.issued(PAUL);
    private static final String NOT_NOW = "451 4.7.5 Cryptographic service not available now";
    private static final String DIRECTORY = "directory: { database: postseal.db, masterKey: master.key }\n";

    @TempDir
    private Path home;

    @Test
    void aMasterKeyMadeWhileItRunsOpensMail() throws Exception {
        try (DirectoryRoad road = DirectoryRoad.start(home, DIRECTORY)) {
            byte[] sealed = sealedToPaul();
            assertThat(road.send(Parties.BOB.toString(), PAUL.toString(), sealed))
                    .startsWith("250");
            assertThat(road.lastSent()).isEqualTo(DirectoryRoad.Form.ENCRYPTED);

            imported(MasterKey.create(home.resolve("master.key")));
            Await.until(() -> isOpened(road, sealed), () -> "the key is not used");
        }
    }

    @Test
    void withoutTheMasterKeyMailWaits() throws Exception {
        Path file = home.resolve("master.key");
        try (DirectoryRoad road = DirectoryRoad.start(home, DIRECTORY + "metrics: { address: \"127.0.0.1:0\" }\n")) {
            byte[] sealed = sealedToPaul();
            imported(MasterKey.create(home.resolve("elsewhere.key")));
            Await.until(() -> road.ready().equals("key store: fails, see the log\n"), road::ready);
            Await.until(
                    () -> road.send(Parties.BOB.toString(), PAUL.toString(), sealed)
                            .equals(NOT_NOW),
                    () -> "mail does not wait");
            int before = road.sent().size();
            assertThat(road.send(Parties.BOB.toString(), PAUL.toString(), sealed))
                    .isEqualTo(NOT_NOW);
            assertThat(road.sent()).hasSize(before);
            Files.move(home.resolve("elsewhere.key"), file);
            Await.until(() -> road.ready().equals("ready\n"), road::ready);
            Await.until(() -> isOpened(road, sealed), () -> "the master key is there and not used");
        }
    }

    @Test
    void afterARewrapTheNewMasterKeyInThePlaceOfTheOldOneIsTakenWithoutAStart() throws Exception {
        Path file = home.resolve("master.key");
        MasterKey first = MasterKey.create(file);
        imported(first);
        try (DirectoryRoad road = DirectoryRoad.start(home, DIRECTORY)) {
            byte[] sealed = sealedToPaul();
            assertThat(isOpened(road, sealed)).isTrue();

            Path next = home.resolve("master-2.key");
            MasterKey second = MasterKey.create(next);
            try (CertificateDatabase database = CertificateDatabase.open(home.resolve("postseal.db"))) {
                database.write(within -> {
                    try {
                        return new KeyVault(database, first).rewrap(within, second);
                    } catch (KeyFileException e) {
                        throw new IllegalStateException(e);
                    }
                });
            }
            Await.until(
                    () -> road.send(Parties.BOB.toString(), PAUL.toString(), sealed)
                            .equals(NOT_NOW),
                    () -> "the old master key still opens");
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
            Await.until(() -> isOpened(road, sealed), () -> "the new master key is not taken");
        }
    }

    @Test
    void aWrongOneStopsTheStartAtItsLine() throws Exception {
        imported(MasterKey.create(home.resolve("right.key")));
        String directory = "directory:\n  database: postseal.db\n  masterKey: master.key\n";
        Path config = home.resolve("postseal.yaml");
        assertThat(DirectoryRoad.problems(home, directory))
                .containsExactly(Problem.error(
                        config.toString(),
                        6,
                        "directory.masterKey",
                        "the master key is missing, and there are keys that it wraps: " + home.resolve("master.key")));
        MasterKey.create(home.resolve("master.key"));
        assertThat(DirectoryRoad.problems(home, directory))
                .containsExactly(Problem.error(
                        config.toString(),
                        6,
                        "directory.masterKey",
                        home.resolve("master.key") + " is not the master key that wrapped the keys of the database"));
        // If no master key is configured, the problem is reported at the section
        assertThat(DirectoryRoad.problems(home, "directory:\n  database: postseal.db\n"))
                .containsExactly(Problem.error(
                        config.toString(),
                        4,
                        "directory.masterKey",
                        "the database holds private keys, and no master key is configured"));
    }

    private boolean isOpened(DirectoryRoad road, byte[] sealed) {
        return road.send(Parties.BOB.toString(), PAUL.toString(), sealed).startsWith("250")
                && road.lastSent() == DirectoryRoad.Form.CLEAR;
    }

    private static byte[] sealedToPaul() throws Exception {
        RawMessage message = RawMessage.of(DirectoryRoad.message(Parties.BOB.toString(), PAUL.toString()));
        try (Spool.Scope scope = new Spool.Factory().open()) {
            return new CmsEncryptor()
                    .encrypt(
                            message,
                            HeaderBlock.read(message, Budget.standard()).orElseThrow(),
                            List.of(new CmsEncryptor.Recipient(PAUL, PAULS.certificate())),
                            new EncryptionSettings(
                                    EncryptionSettings.Cipher.AES256_CBC, EncryptionSettings.RsaKeyTransport.PKCS1),
                            scope)
                    .message()
                    .toByteArray();
        }
    }

    private void imported(MasterKey master) {
        try (CertificateDatabase database = CertificateDatabase.open(home.resolve("postseal.db"))) {
            Act act = new Act("tester", Clock.systemUTC().instant().minus(Duration.ofMinutes(1)), "");
            database.write(within -> new KeyVault(database, master)
                    .importKey(within, PAULS.key(), List.of(PAULS.certificate()), _ -> Optional.empty(), act));
        }
    }
}
