package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.GpgsmPeer;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.NssPeer;
import org.postseal.gateway.testkit.OpenSslPeer;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.TestPki;

/** Each peer reads what each other one makes, so that a later failure is not theirs. */
class SmimePeersIT {
    private static final byte[] CONTENT =
            SmimeMail.entity("Guten Tag\r\n.\r\n" + "x".repeat(1500) + "\r\n").getBytes(ISO_8859_1);

    private static TestPki pki;
    private static List<SmimePeer> peers = List.of();

    @BeforeAll
    static void start() {
        Requirements.peers();
        pki = new TestPki().user("rsa@example.com", KeyAlgorithm.RSA2048).user("ec@example.com", KeyAlgorithm.P256);
        peers = SmimePeer.all(pki);
    }

    @AfterAll
    static void stop() {
        Closing.all(peers.toArray(AutoCloseable[]::new));
        Closing.all(pki);
    }

    record Pair(SmimePeer maker, SmimePeer reader, Identity user) {
        @Override
        public String toString() {
            return maker + " to " + reader + " for " + user.address();
        }
    }

    private static boolean isEc(Identity user) {
        return user.address().startsWith("ec@");
    }

    static List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (SmimePeer maker : peers) {
            for (SmimePeer reader : peers) {
                for (Identity user : pki.identities()) {
                    pairs.add(new Pair(maker, reader, user));
                }
            }
        }
        return pairs;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whatOneSignsTheOtherVerifies(Pair pair) {
        byte[] detached = pair.maker().signDetached(CONTENT, pair.user());
        byte[] opaque = pair.maker().signOpaque(CONTENT, pair.user());

        assertThat(SmimePeer.expectGood(pair.reader().verifyDetached(detached, CONTENT))
                        .signer())
                .isEqualTo(pair.user());
        SmimePeer.Verification.Good good = SmimePeer.expectGood(pair.reader().verifyOpaque(opaque));
        assertThat(good.content()).isEqualTo(CONTENT);
        assertThat(good.signer()).isEqualTo(pair.user());
        byte[] changed = CONTENT.clone();
        changed[60] ^= 1;
        assertThat(pair.reader().verifyDetached(detached, changed)).isInstanceOf(SmimePeer.Verification.Bad.class);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whatOneEncryptsTheOtherDecryptsForThatReaderOnly(Pair pair) {
        Identity other = pki.identities().stream()
                .filter(identity -> !identity.equals(pair.user()))
                .findFirst()
                .orElseThrow();
        byte[] ciphertext = pair.maker().encrypt(CONTENT, List.of(pair.user()));

        if (pair.maker() instanceof NssPeer && pair.reader() instanceof GpgsmPeer && isEc(pair.user())) {
            // gpgsm 2.4.7 cannot unwrap what NSS 3.110 wraps by ECDH ("Checksum error"); OpenSSL can.
            assertThat(pair.reader().decrypt(ciphertext, pair.user())).isInstanceOf(SmimePeer.Decryption.Refused.class);
            return;
        }
        assertThat(SmimePeer.expectPlain(pair.reader().decrypt(ciphertext, pair.user())))
                .isEqualTo(CONTENT);
        assertThat(pair.reader().decrypt(ciphertext, other)).isInstanceOf(SmimePeer.Decryption.Refused.class);
    }

    @Test
    void gcmIsReadByOpenSslOnly() {
        for (SmimePeer peer : peers) {
            if (peer instanceof OpenSslPeer openssl) {
                byte[] ciphertext = openssl.encrypt(CONTENT, pki.identities(), "-aes-256-gcm");
                for (SmimePeer reader : peers) {
                    assertThat(
                                    reader.decrypt(ciphertext, pki.identity("rsa@example.com"))
                                            instanceof SmimePeer.Decryption.Plain)
                            .as("%s reads AES-GCM", reader)
                            .isEqualTo(reader.readsGcm());
                }
            }
        }
    }

    @Test
    void wrappedInMimeItComesOutAsItWentIn() {
        OpenSslPeer openssl = new OpenSslPeer(pki);
        Identity user = pki.identity("rsa@example.com");
        byte[] signature = openssl.signDetached(CONTENT, user);
        SmimeMail signed = SmimeMail.clearSigned(
                "x", "rsa@example.com", "ec@example.com", new String(CONTENT, ISO_8859_1), signature);
        SmimeMail encrypted = SmimeMail.message(
                "y",
                "rsa@example.com",
                "ec@example.com",
                SmimeMail.pkcs7Mime("enveloped-data", openssl.encrypt(CONTENT, List.of(user))));

        assertThat(signed.signedContent()).isEqualTo(CONTENT);
        assertThat(signed.signature()).isEqualTo(signature);
        assertThat(SmimePeer.expectGood(openssl.verifyMessage(signed.octets())).content())
                .isEqualTo(CONTENT);
        assertThat(encrypted.kind()).isEqualTo("application/pkcs7-mime enveloped-data");
        assertThat(SmimePeer.expectPlain(openssl.decryptMessage(encrypted.octets(), user)))
                .isEqualTo(CONTENT);
        openssl.close();
    }
}
