package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.RawMessage;

/**
 * OpenSSL makes mail with the algorithms of the nineties, for a recipient whose policy allows them and for one whose
 * policy does not.
 */
class OldMailIT {
    private static final String ENTITY = "Content-Type: text/plain; charset=us-ascii\r\n\r\nHello\r\n";
    private static final String HEADER = "From: Bob <bob@partner.example>\r\nTo: alice@example.com\r\n";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "-des3, allowLegacyAlgorithms, TripleDES, TRIPLE_DES_CBC",
        "-des3, readLegacyAlgorithms, TripleDES, TRIPLE_DES_CBC",
        "-des3 -wrap id-aes256-wrap, readLegacyAlgorithms, TripleDES, TRIPLE_DES_CBC",
        "-rc2-128, readLegacyAlgorithms, RC2128bit, RC2_128_CBC"
    })
    void ciphertextIsOpenedForWhoseMailItIsAllowed(String cipher, String setting, String word, String named)
            throws Exception {
        byte[] sealed = openssl(
                "-encrypt -provider default -provider legacy " + cipher,
                certificate(Parties.ALICE),
                certificate(Parties.ANNA));
        TestRoad road = allowing(setting, word);

        road.send(Letter.inbound(TestRoad.LMTP, Parties.ALICE, Parties.ANNA), RawMessage.of(sealed));

        assertThat(road.sent()).hasSize(2);
        assertThat(new String(SealedCopy.part(road.sent().get(0).octets()), StandardCharsets.ISO_8859_1))
                .isEqualTo(ENTITY);
        assertThat(road.sent().get(1).octets()).isEqualTo(sealed);
        assertThat(road.audited(done -> done.protection().added()))
                .containsExactly("opened " + named + ", unauthenticated", "kept");
        assertThat(road.audited(
                        event -> event.decision().basis().orElseThrow().old().getFirst()))
                .containsExactly(
                        word + " opened: " + setting + " (user: mailbox policy old)",
                        word
                                + " not opened: neither allowLegacyAlgorithms nor"
                                + " readLegacyAlgorithms of the recipient names it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"allowLegacyAlgorithms", "readLegacyAlgorithms"})
    void signatureIsJudgedForWhoseMailItIsAllowed(String setting) throws Exception {
        byte[] signed = openssl("-sign -md sha1", "-signer", certificate(Parties.BOB), "-inkey", key(Parties.BOB));
        TestRoad road = allowing(setting, "SHA1");

        road.send(Letter.inbound(TestRoad.LMTP, Parties.ALICE, Parties.ANNA), RawMessage.of(signed));

        assertThat(road.audited(done -> done.protection().signature()))
                .containsExactly("valid", "unverifiable ALGORITHM_WEAK");
        assertThat(road.sent()).extracting(RecordingDelivery.Sent::octets).containsExactly(signed, signed);
    }

    private static TestRoad allowing(String setting, String word) {
        return TestRoad.with(
                "mailboxPolicies:\n  old: { appliesTo: alice@example.com, " + setting + ": " + word + " }\n");
    }

    private byte[] openssl(String what, String... arguments) throws Exception {
        Path entity = Files.writeString(directory.resolve("entity"), ENTITY);
        Path out = directory.resolve("made.eml");
        Path log = directory.resolve("log");
        List<String> command = new ArrayList<>(List.of("openssl", "cms"));
        command.addAll(List.of(what.split(" ")));
        command.addAll(List.of("-in", entity.toString(), "-out", out.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int code = process.waitFor();
        assertThat(code).as("%s\n%s", command, Files.readString(log)).isZero();
        String made = Files.readString(out, StandardCharsets.ISO_8859_1)
                .replace("\r\n", "\n")
                .replace("\n", "\r\n");
        return TestRoad.octets(HEADER + made);
    }

    private String certificate(MailAddress address) throws IOException {
        return Files.writeString(
                        directory.resolve(address + ".pem"),
                        Parties.issued(address).certificate().toPem())
                .toString();
    }

    private String key(MailAddress address) throws IOException {
        return Files.writeString(
                        directory.resolve(address + ".key"),
                        Parties.issued(address).privateKeyPem())
                .toString();
    }
}
