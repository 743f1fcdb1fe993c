package org.postseal.gateway.e2e.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.OpenSslPeer;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.TestPki;

/**
 * Mail from a partner to a user of ours, made once by OpenSSL: signed, so that it is verified, or also encrypted, so
 * that it is opened.
 */
final class InboundMail {
    static final String PARTNER = "bob@partner.example";
    static final List<String> TO = List.of(LoadDriver.SENDER);

    private static final String WORDS = Ledger.CANARY + "what the partner says";
    private static final byte[] ENTITY = SmimeMail.entity(WORDS + "\r\n").getBytes(ISO_8859_1);

    private final String signed;
    private final String sealed;

    InboundMail(TestPki pki) {
        Identity partner = pki.user(PARTNER, KeyAlgorithm.RSA2048).identity(PARTNER);
        try (OpenSslPeer openssl = new OpenSslPeer(pki)) {
            signed = SmimeMail.clearSigned(new String(ENTITY, ISO_8859_1), openssl.signDetached(ENTITY, partner));
            byte[] cms = openssl.encrypt(signed.getBytes(ISO_8859_1), List.of(pki.identity(LoadDriver.SENDER)));
            sealed = SmimeMail.pkcs7Mime("enveloped-data", cms);
        }
    }

    byte[] signed(String id) {
        return message(id, signed);
    }

    byte[] sealed(String id) {
        return message(id, sealed);
    }

    private static byte[] message(String id, String entity) {
        String text = SmimeMail.message(id, PARTNER, LoadDriver.SENDER, entity).text();
        return ("X-Load: " + id + "\r\n" + text).getBytes(ISO_8859_1);
    }

    /** Returns true if the signature was found good and the words can be read. */
    static boolean isOpenAndVerified(Received message) {
        String text = message.text();
        return Form.field(text, "Authentication-Results").contains("smime=pass") && text.contains(WORDS);
    }
}
