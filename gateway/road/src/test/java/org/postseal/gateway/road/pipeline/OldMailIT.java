package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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
        OpenSslCms openssl = new OpenSslCms(directory);
        byte[] sealed = TestRoad.octets(HEADER
                + openssl.make(
                        ENTITY,
                        "-encrypt -provider default -provider legacy " + cipher,
                        openssl.certificate(Parties.ALICE),
                        openssl.certificate(Parties.ANNA)));
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
        OpenSslCms openssl = new OpenSslCms(directory);
        byte[] signed = TestRoad.octets(HEADER + openssl.sign(ENTITY, "sha1", Parties.BOB));
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
}
