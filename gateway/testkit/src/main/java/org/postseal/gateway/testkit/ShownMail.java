package org.postseal.gateway.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Holds what a mail program shows of a message, with a space in place of each line break and indent.
 *
 * @param listed the entry in the list of messages
 * @param subject the Subject above the opened message
 * @param text everything below the header fields of the opened message
 * @param verdict what the program says of S/MIME beside the text; empty if it says nothing there
 */
public record ShownMail(String listed, String subject, String text, String verdict) {
    public ShownMail {
        listed = folded(listed);
        subject = folded(subject);
        text = folded(text);
        verdict = folded(verdict);
    }

    private static String folded(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    /** Returns the messages as a mailbox in one file (RFC 4155), as mail programs keep it. */
    static byte[] mailbox(List<byte[]> messages) {
        return messages.stream()
                .map(message -> "From - Tue Nov 24 12:00:00 2026\n"
                        + new String(message, ISO_8859_1).replace("\r\n", "\n").replace("\nFrom ", "\n>From ")
                        + "\n")
                .collect(Collectors.joining())
                .getBytes(ISO_8859_1);
    }
}
