package org.postseal.gateway.admin.cli.support;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;
import org.postseal.certstore.MailAddress;

/** Writes notices of plain text. Each says that a program wrote it (RFC 3834). */
public final class NoticeMail {
    private final MailAddress from;
    private final String hostName;
    private final Instant now;

    public NoticeMail(MailAddress from, String hostName, Instant now) {
        this.from = from;
        this.hostName = hostName;
        this.now = now;
    }

    /** Returns the whole message; the lines of the text end in CRLF. */
    public byte[] message(MailAddress to, String subject, String text) {
        try {
            String messageId = "<" + UUID.randomUUID() + ".notice@" + hostName + ">";
            Properties properties = new Properties();
            properties.setProperty("mail.mime.allowutf8", "true");
            MimeMessage message = new MimeMessage(Session.getInstance(properties)) {
                @Override
                protected void updateMessageID() throws MessagingException {
                    // Angus Mail would ask the DNS for the host's name to make a Message-ID
                    setHeader("Message-ID", messageId);
                }
            };
            message.setFrom(new InternetAddress(from.toString()));
            message.setRecipient(Message.RecipientType.TO, new InternetAddress(to.toString()));
            message.setSubject(subject, StandardCharsets.UTF_8.name());
            message.setHeader("Date", DATE.format(now.atOffset(ZoneOffset.UTC)));
            message.setHeader("Auto-Submitted", "auto-generated");
            message.setText(text, StandardCharsets.UTF_8.name());
            message.saveChanges();
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            message.writeTo(octets);
            return octets.toByteArray();
        } catch (MessagingException | IOException e) {
            throw new IllegalStateException("a message cannot be made in memory", e);
        }
    }

    // RFC 5322 §3.3
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss Z", Locale.ROOT);
}
