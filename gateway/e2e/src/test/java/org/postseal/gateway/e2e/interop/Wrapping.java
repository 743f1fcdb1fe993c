package org.postseal.gateway.e2e.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.postseal.gateway.testkit.SmimeMail;

/** The MIME for peers that know none. */
final class Wrapping {
    private Wrapping() {}

    /** A multipart/signed of an entity and its detached signature. */
    static byte[] clear(byte[] entity, byte[] signature) {
        return octets(SmimeMail.clearSigned(new String(entity, ISO_8859_1), signature));
    }

    /** An application/pkcs7-mime of that smime-type. */
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
