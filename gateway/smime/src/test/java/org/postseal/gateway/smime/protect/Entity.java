package org.postseal.gateway.smime.protect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.RawMessage;

/** Makes entities for tests from text with LF. */
final class Entity {
    private Entity() {}

    static MimeEntity of(String text) {
        return scan(RawMessage.of(text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8)));
    }

    static MimeEntity scan(RawMessage message) {
        try {
            return MimeScanner.scan(message, Budget.standard()).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static HeaderBlock header(String text) {
        return of(text + "\n").header();
    }

    static String text(RawMessage message) {
        try {
            return new String(message.toByteArray(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
