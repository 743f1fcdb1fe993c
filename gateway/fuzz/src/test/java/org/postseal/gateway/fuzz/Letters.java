package org.postseal.gateway.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;

/** Makes messages around objects of CMS, and takes them apart again. */
final class Letters {
    static final MailAddress AUTHOR = MailAddress.of("alice@example.com");
    static final RawMessage PLAIN = message(
            "Content-Type: text/plain; charset=us-ascii\r\n\r\nPay 100\r\n".getBytes(StandardCharsets.US_ASCII));

    private static final Spool.Factory SPOOLS = new Spool.Factory();
    private static final String OUTER =
            "From: Alice <alice@example.com>\r\nTo: bob@example.net\r\n" + "Subject: Invoice\r\nMIME-Version: 1.0\r\n";

    private Letters() {}

    static Spool.Scope scope() {
        return SPOOLS.open();
    }

    static MimeEntity scan(RawMessage message) throws IOException {
        return MimeScanner.scan(message, Budget.standard()).orElseThrow();
    }

    static HeaderBlock header(RawMessage message) throws IOException {
        return HeaderBlock.read(message, Budget.standard()).orElseThrow();
    }

    /** Returns a message that consists of this object alone. */
    static RawMessage opaque(byte[] object) {
        return message(
                ("Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                                + base64(object) + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Returns a message with another object in the place of the signature.
     *
     * @param signed a clear-signed message
     */
    static RawMessage withSignature(RawMessage signed, byte[] object) throws IOException {
        MimeEntity part = scan(signed).parts().getLast();
        long start = part.offset() + part.header().size();
        long end = part.offset() + part.raw().size();
        return RawMessage.of(RawMessage.join(java.util.List.of(
                        signed.slice(0, start),
                        RawMessage.of(base64(object).getBytes(StandardCharsets.US_ASCII)),
                        signed.from(end)))
                .toByteArray());
    }

    /** Decodes the body of an entity that is written in base64. */
    static byte[] object(MimeEntity entity) throws IOException {
        try (InputStream in = entity.body().open()) {
            return Base64.getMimeDecoder().decode(in.readAllBytes());
        }
    }

    static Optional<MailAddress> author() {
        return Optional.of(AUTHOR);
    }

    private static String base64(byte[] object) {
        return Base64.getMimeEncoder().encodeToString(object);
    }

    private static RawMessage message(byte[] entity) {
        byte[] outer = OUTER.getBytes(StandardCharsets.US_ASCII);
        byte[] whole = java.util.Arrays.copyOf(outer, outer.length + entity.length);
        System.arraycopy(entity, 0, whole, outer.length, entity.length);
        return RawMessage.of(whole);
    }
}
