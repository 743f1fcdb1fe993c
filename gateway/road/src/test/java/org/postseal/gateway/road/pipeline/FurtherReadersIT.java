package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;

/** OpenSSL opens each copy with the keys of the recipient, the sender and the archive, and with no other key. */
class FurtherReadersIT {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"AES256", "AES256-GCM"})
    void eachReaderOpensEachCopy(String cipher) throws Exception {
        TestRoad road = TestRoad.with("mailboxPolicies:\n  default: { RequireEncryptedSMIMEMessages: true,"
                + " encryptFor: [sender, archive@example.com], RequireEncryptionSMIMEAlgorithm: " + cipher
                + ", recipientsRead: [AES256, AES256-GCM, PKCS1] }\n");

        // Bob and Dora are visible and share a copy, and Carl has a blind one.
        road.send(
                Letter.submitted(TestRoad.LMTP, Parties.BOB, Parties.CARL, Parties.DORA),
                TestRoad.message(
                        "From: alice@example.com\nTo: bob@partner.example, dora@partner.example\n", "Hello\n"));

        assertThat(road.sent()).hasSize(2);
        assertThat(opensFor(road.sent().get(0).octets()))
                .containsExactly(Parties.BOB, Parties.DORA, Parties.ALICE, Parties.ARCHIVE);
        assertThat(opensFor(road.sent().get(1).octets())).containsExactly(Parties.CARL, Parties.ALICE, Parties.ARCHIVE);
        assertThat(road.audited(done -> done.protection().readers()))
                .containsOnly(List.of(read(Parties.ALICE), read(Parties.ARCHIVE)));
    }

    @Test
    void whatIsSignedToo() throws Exception {
        TestRoad road = new TestRoad("{ id: both, when: always, then:"
                + " { sign: required, encrypt: required, encryptFor: archive@example.com } }");

        road.send(Letter.submitted(TestRoad.LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));

        assertThat(opensFor(road.sent().getFirst().octets())).containsExactly(Parties.BOB, Parties.ARCHIVE);
    }

    private List<MailAddress> opensFor(byte[] sealed) throws Exception {
        Path message = Files.write(directory.resolve("sealed.eml"), sealed);
        List<MailAddress> readers = new ArrayList<>();
        for (MailAddress address :
                List.of(Parties.BOB, Parties.CARL, Parties.DORA, Parties.ALICE, Parties.ANNA, Parties.ARCHIVE)) {
            opened(message, address).ifPresent(text -> {
                assertThat(text).contains("Hello");
                readers.add(address);
            });
        }
        return readers;
    }

    // With the certificate beside the key, OpenSSL looks for its RecipientInfo and no other.
    private Optional<String> opened(Path message, MailAddress reader) throws IOException, InterruptedException {
        Path certificate = Files.writeString(
                directory.resolve("reader.pem"),
                Parties.issued(reader).certificate().toPem());
        Path key = Files.writeString(
                directory.resolve("reader.key"), Parties.issued(reader).privateKeyPem());
        Path out = directory.resolve("opened");
        Files.deleteIfExists(out);
        Process process = new ProcessBuilder(
                        "openssl",
                        "cms",
                        "-decrypt",
                        "-in",
                        message.toString(),
                        "-recip",
                        certificate.toString(),
                        "-inkey",
                        key.toString(),
                        "-out",
                        out.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        return process.waitFor() == 0 ? Optional.of(Files.readString(out)) : Optional.empty();
    }

    private static String read(MailAddress reader) {
        return reader + ":" + Parties.issued(reader).certificate().id();
    }
}
