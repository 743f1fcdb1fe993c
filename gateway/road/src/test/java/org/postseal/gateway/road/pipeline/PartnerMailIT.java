package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.bouncycastle.cms.CMSAlgorithm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;

/**
 * OpenSSL makes mail with TripleDES for a recipient who reads none of it, and Bouncy Castle puts AES-GCM into
 * enveloped-data. Both are opened only if they are from a partner of whom the policy reads them, and something outside
 * the encryption proves that.
 */
class PartnerMailIT {
    private static final String ENTITY = "Content-Type: text/plain; charset=us-ascii\r\n\r\nHello\r\n";
    private static final String POLICY = """
            trustedAuthservIds: mx.example.com
            partners: { old: { appliesTo: partner.example, readLegacyAlgorithms: [TripleDES, AEADInEnvelopedData] } }
            """;
    private static final String OPENED = "TripleDES opened: readLegacyAlgorithms (partner old)";
    private static final String NOBODYS =
            "TripleDES not opened: neither allowLegacyAlgorithms nor readLegacyAlgorithms of the recipient names it";
    private static final String UNPROVED = NOBODYS + "; what partner old may write does not count, since neither DMARC"
            + " nor a valid signature around the encryption proves From";

    @TempDir
    private Path directory;

    private final TestRoad road = TestRoad.with(POLICY);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // From | Authentication-Results | opened, unproved or nobody's
                "bob@partner.example | mx.example.com; dmarc=pass (p=none) header.from=partner.example | opened",
                "bob@partner.example | '' | unproved",
                // A stranger writes the partner's address, and the server in front says so.
                "bob@partner.example | mx.example.com; dmarc=fail (p=none) header.from=partner.example | unproved",
                "bob@partner.example | mx.evil.example; dmarc=pass header.from=partner.example | unproved",
                "bob@partner.example | mx.example.com; dmarc=pass header.from=evil.example | unproved",
                "bob@partner.example | mx.example.com; dkim=pass header.d=partner.example | unproved",
                "bob@evil.example | mx.example.com; dmarc=pass header.from=evil.example | nobody's",
                "bob@sub.partner.example | mx.example.com; dmarc=pass header.from=sub.partner.example | nobody's",
            })
    void dmarcOfOurServerProvesAPartner(String from, String results, String outcome) throws Exception {
        send(Letter.inbound(TestRoad.LMTP, Parties.ALICE), header(from, results) + encrypted());

        assertThat(isOpened()).isEqualTo(outcome.equals("opened"));
        assertThat(old())
                .isEqualTo(
                        switch (outcome) {
                            case "opened" -> OPENED;
                            case "unproved" -> UNPROVED;
                            default -> NOBODYS;
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mx.example.com; dmarc=pass header.from=partner.example | true"
                        + " | AEADInEnvelopedData opened: readLegacyAlgorithms (partner old)",
                "mx.example.com; dmarc=fail header.from=partner.example | false"
                        + " | AEADInEnvelopedData not opened: readLegacyAlgorithms of no partner who wrote this names it;"
                        + " what partner old may write does not count, since neither DMARC nor a valid signature around"
                        + " the encryption proves From",
                "mx.example.com; dmarc=pass header.from=evil.example | false"
                        + " | AEADInEnvelopedData not opened: readLegacyAlgorithms of no partner who wrote this names it",
            })
    void gcmInEnvelopedDataIsOpenedForAProvedPartner(String results, boolean isOpened, String old) throws Exception {
        String message = new String(AlteredFateTest.sealed(ENTITY, CMSAlgorithm.AES128_GCM), StandardCharsets.US_ASCII);
        String from = results.replaceFirst(".*header.from=", "");

        send(
                Letter.inbound(TestRoad.LMTP, Parties.ALICE),
                "Authentication-Results: " + results + "\r\n"
                        + (isOpened || old.contains("partner old")
                                ? message
                                : message.replace("partner.example", from)));

        List<String> added = road.audited(done -> done.protection().added());
        assertThat(added.stream().anyMatch(each -> each.startsWith("opened AES128_GCM")))
                .isEqualTo(isOpened);
        assertThat(old()).isEqualTo(old);
        assertThat(new String(road.sent().getFirst().octets(), StandardCharsets.ISO_8859_1).contains("Hello"))
                .isEqualTo(isOpened);
    }

    /** Somebody else's mail that names the partner somewhere, and a server in front that takes the name for From. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: bob@partner.example\r\nFrom: mallory@evil.example",
                "From: mallory@evil.example\r\n(x)From: bob@partner.example",
                "From: bob@partner.example, mallory@evil.example",
                "From: team: bob@partner.example;",
                "From: <bob@partner.example> <mallory@evil.example>",
                "From: \"bob@partner.example\" <mallory@evil.example>",
                "From: =?utf-8?q?bob=40partner=2Eexample?= <mallory@evil.example>",
                "From: =?utf-8?q?mallory=40evil=2Eexample=2C?= <bob@partner.example>",
                "From: bob@partner.example (mallory@evil.example)",
                "From: mallory@evil.example (bob@partner.example)",
                "From: bob@partner.example <mallory@evil.example>",
                "From: bob@partner.example\r\nno field\r\n mallory@evil.example",
                "From: mallory@evil.example\r\nSender: bob@partner.example\r\nResent-From: bob@partner.example",
                "From: bob@p\u0430rtner.example",
                "From: bob@partner.example.evil.example",
                "Sender: bob@partner.example",
            })
    void aPartnerWhoIsOnlyNamedProvesNothing(String from) throws Exception {
        send(
                Letter.inbound(TestRoad.LMTP, Parties.ALICE),
                "Authentication-Results: mx.example.com; dmarc=pass header.from=partner.example\r\n" + from
                        + "\r\nTo: alice@example.com\r\n" + encrypted());

        assertThat(isOpened()).isFalse();
    }

    /** Whoever hands the message over must be known to have removed what others have forged. */
    @Test
    void dmarcCountsOnlyInMailFromOutsideThatATrustedPeerHandsOver() throws Exception {
        String message =
                header("bob@partner.example", "mx.example.com; dmarc=pass header.from=partner.example") + encrypted();

        send(Letter.inbound(TestRoad.LMTP, Parties.ALICE).untrusted(), message);
        send(Letter.submitted(TestRoad.LMTP, Parties.ALICE), message);

        assertThat(road.audited(
                        event -> event.decision().basis().orElseThrow().old().getFirst()))
                .containsExactly(UNPROVED, UNPROVED);
    }

    @ParameterizedTest
    @CsvSource({
        "sha256, bob@partner.example, bob@partner.example, true",
        // An old digest proves nothing, nor does somebody else of the partner.
        "sha1, bob@partner.example, bob@partner.example, false",
        "sha256, carl@partner.example, bob@partner.example, false"
    })
    void aSignatureAroundTheEncryptionProvesAPartner(String digest, MailAddress signer, String from, boolean isOpened)
            throws Exception {
        String signed = new OpenSslCms(directory).sign(encrypted(), digest, signer);

        send(Letter.inbound(TestRoad.LMTP, Parties.ALICE), header(from, "") + signed);

        assertThat(isOpened()).isEqualTo(isOpened);
        assertThat(old()).isEqualTo(isOpened ? OPENED : UNPROVED);
    }

    /** A signature proves a partner only if it is trusted, and if all that it covers is the ciphertext. */
    @Test
    void aSignatureOfAStrangerOrAroundMoreProvesNothing() throws Exception {
        OpenSslCms openssl = new OpenSslCms(directory);
        String encrypted = encrypted();
        String forged = openssl.make(
                encrypted,
                "-sign -md sha256",
                "-signer",
                openssl.selfSigned(Parties.BOB),
                "-inkey",
                directory.resolve("self.key").toString());
        String mixed = openssl.sign(
                "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + ENTITY + "\r\n--x\r\n" + encrypted
                        + "\r\n--x--\r\n",
                "sha256",
                Parties.BOB);
        String beside = "Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n"
                + openssl.sign(ENTITY, "sha256", Parties.BOB) + "\r\n--y\r\n" + encrypted + "\r\n--y--\r\n";
        String changed = openssl.sign(encrypted, "sha256", Parties.BOB).replace("smime.p7m", "smime.p7n");

        for (String message : List.of(forged, mixed, beside, changed)) {
            send(Letter.inbound(TestRoad.LMTP, Parties.ALICE), header("bob@partner.example", "") + message);
        }

        assertThat(road.audited(done -> done.protection().added()))
                .hasSize(4)
                .noneMatch(added -> added.contains("opened"));
    }

    /** What is under the ciphertext is not looked at before it is opened. */
    @Test
    void aSignatureInsideTheEncryptionProvesNothing() throws Exception {
        OpenSslCms openssl = new OpenSslCms(directory);
        String sealed = openssl.make(
                openssl.sign(ENTITY, "sha256", Parties.BOB), "-encrypt -des3", openssl.certificate(Parties.ALICE));

        send(Letter.inbound(TestRoad.LMTP, Parties.ALICE), header("bob@partner.example", "") + sealed);

        assertThat(isOpened()).isFalse();
        assertThat(old()).isEqualTo(UNPROVED);
    }

    private String encrypted() throws Exception {
        OpenSslCms openssl = new OpenSslCms(directory);
        return openssl.make(ENTITY, "-encrypt -des3", openssl.certificate(Parties.ALICE));
    }

    private static String header(String from, String results) {
        return (results.isEmpty() ? "" : "Authentication-Results: " + results + "\r\n") + "From: " + from
                + "\r\nTo: alice@example.com\r\n";
    }

    private void send(Letter letter, String message) {
        road.send(letter, message);
    }

    private boolean isOpened() {
        List<String> added = road.audited(done -> done.protection().added());
        assertThat(added).hasSize(1);
        return added.getFirst().startsWith("opened TRIPLE_DES_CBC")
                && new String(road.sent().getFirst().octets(), StandardCharsets.ISO_8859_1).contains("Hello");
    }

    private String old() {
        return road.audited(
                        event -> event.decision().basis().orElseThrow().old().getFirst())
                .getFirst();
    }
}
