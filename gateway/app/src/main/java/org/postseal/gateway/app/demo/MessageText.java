package org.postseal.gateway.app.demo;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/** Makes messages as a mail program does, and shows their header fields. */
final class MessageText {
    private MessageText() {}

    /** Makes a message with one line of text. */
    static byte[] message(String from, String to, String subject, String body) throws IOException {
        try {
            MimeMessage message = new MimeMessage(Session.getInstance(new Properties()));
            message.setFrom(new InternetAddress(from));
            message.setRecipient(jakarta.mail.Message.RecipientType.TO, new InternetAddress(to));
            message.setSubject(subject, StandardCharsets.UTF_8.name());
            message.setText(body + "\r\n", StandardCharsets.UTF_8.name());
            message.saveChanges();
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            message.writeTo(octets);
            return octets.toByteArray();
        } catch (MessagingException e) {
            throw new IOException("the demonstration's message cannot be made", e);
        }
    }

    /** Returns the header fields with these names, unfolded, in the order of the message. A long field is shortened. */
    static List<String> fields(byte[] message, String... names) {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        String header = (end < 0 ? text : text.substring(0, end)).replaceAll("\r\n[ \t]+", " ");
        return header.lines()
                .filter(line -> Arrays.stream(names)
                        .anyMatch(
                                name -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")))
                .map(line -> line.length() <= SHOWN ? line : line.substring(0, SHOWN) + " ...")
                .toList();
    }

    /** Returns the only field of this name, in lower case; the text is empty if there is none or more than one. */
    static String field(byte[] message, String name) {
        List<String> found = fields(message, name);
        return found.size() == 1 ? found.getFirst().toLowerCase(Locale.ROOT) : "";
    }

    /** Returns true if the text can be read in the octets. */
    static boolean holds(byte[] octets, String text) {
        return new String(octets, StandardCharsets.ISO_8859_1).contains(text);
    }

    private static final int SHOWN = 160;
}
