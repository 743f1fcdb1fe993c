package org.postseal.gateway.e2e.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.postseal.gateway.testkit.SmimeMail;

/** Makes the MIME for peers that know none. */
final class Wrapping {
    private Wrapping() {}

    /** Makes multipart/signed of an entity and its detached signature. */
    static byte[] clear(byte[] entity, byte[] signature) {
        return octets(SmimeMail.clearSigned(new String(entity, ISO_8859_1), signature));
    }

    /** Makes application/pkcs7-mime of this smime-type. */
    static byte[] opaque(String smimeType, byte[] cms) {
        return octets(SmimeMail.pkcs7Mime(smimeType, cms));
    }

    static boolean isClear(SmimeMail message) {
        return message.kind().equals("multipart/signed");
    }

    private static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
