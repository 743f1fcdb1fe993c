package org.postseal.gateway.smime.protect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.mail.Base64OutputStream;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.QuotedPrintableOutputStream;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.TransferEncoding;
import org.postseal.gateway.mail.TransferEncodingException;

/**
 * Gives access to the text of a leaf without its transfer encoding. The text can be looked at from its start, and
 * changed in one place. A body without encoding stays a slice of the octets that came, and a body with encoding is
 * encoded again.
 */
final class BodyText {
    private final MimeEntity leaf;
    private final Spool.Scope scope;

    BodyText(MimeEntity leaf, Spool.Scope scope) {
        this.leaf = leaf;
        this.scope = scope;
    }

    /** Returns the beginning, with one character for each octet. */
    String start() throws IOException {
        try (InputStream in = leaf.transferEncoding().decode(leaf.body().open())) {
            return new String(in.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1);
        } catch (TransferEncodingException notWhatItSays) {
            return "";
        }
    }

    /**
     * Returns the body in its encoding, with {@code length} octets of the text from {@code offset} replaced. The result
     * is empty if the body is not what its encoding says.
     *
     * @param offset where the octets begin; all of them are within {@link #start}
     */
    Optional<RawMessage> replaced(int offset, int length, byte[] with) throws IOException {
        TransferEncoding encoding = leaf.transferEncoding();
        if (encoding.isIdentity()) {
            return Optional.of(Splice.apply(leaf.body(), List.of(new Splice(offset, length, RawMessage.of(with)))));
        }
        if (encoding == TransferEncoding.UNKNOWN) {
            return Optional.empty();
        }
        Spool spool = scope.newSpool();
        try (InputStream in = encoding.decode(leaf.body().open());
                OutputStream out = encoder(encoding, spool)) {
            out.write(in.readNBytes(offset));
            out.write(with);
            in.skipNBytes(length);
            in.transferTo(out);
        } catch (TransferEncodingException notWhatItSays) {
            return Optional.empty();
        }
        return Optional.of(spool.finish());
    }

    private static OutputStream encoder(TransferEncoding encoding, Spool spool) {
        return encoding == TransferEncoding.BASE64
                ? new Base64OutputStream(spool)
                : new QuotedPrintableOutputStream(spool);
    }

    // Mail programs write their style sheets before the body.
    private static final int LOOKED_AT = 256 * 1024;
}
