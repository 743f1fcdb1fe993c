package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.TransferEncodingException;

/**
 * Looks for what an attacker leaves who changes a ciphertext that no tag protects (EFAIL, "malleability gadgets"): blocks of random octets within text, and links or images in HTML that take up the text behind
 * them. Signs and no proof; their absence proves nothing.
 */
public final class GadgetSigns {
    private GadgetSigns() {}

    /** What was found first in the text parts of what was opened, in the words of the audit log. */
    public static Optional<String> find(MimeEntity root) throws IOException {
        for (MimeEntity entity : root.all()) {
            if (entity.contentType().type().equals("text")) {
                String text = start(entity);
                if (CONTROLS.matcher(text).find()) {
                    return Optional.of("control characters in a text part");
                }
                if (entity.contentType().is("text", "html")
                        && OPEN_ADDRESS.matcher(text).find()) {
                    return Optional.of("an address in HTML that takes up text");
                }
            }
        }
        return Optional.empty();
    }

    private static String start(MimeEntity entity) throws IOException {
        try (InputStream in = entity.transferEncoding().decode(entity.body().open())) {
            return new String(in.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1);
        } catch (TransferEncodingException notWhatItSays) {
            return "";
        }
    }

    private static final int LOOKED_AT = 256 * 1024;
    // an escape stands in ISO-2022 text, a form feed in old plain text
    private static final Pattern CONTROLS = Pattern.compile("[\\x00-\\x08\\x0B\\x0E-\\x1A\\x1C-\\x1F]");
    // an attribute that begins as an address elsewhere, and whose quotes hold a line end or never close
    private static final Pattern OPEN_ADDRESS = Pattern.compile(
            "(?:src|href|background|action|data|poster|srcset)\\s*+=\\s*+"
                    + "(?:\"(?:https?:)?//[^\"\r\n]*+(?:[\r\n]|\\z)|'(?:https?:)?//[^'\r\n]*+(?:[\r\n]|\\z))",
            Pattern.CASE_INSENSITIVE);
}
