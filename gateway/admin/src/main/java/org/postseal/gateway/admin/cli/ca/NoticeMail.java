package org.postseal.gateway.admin.cli.ca;

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
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.authority.IssuedEntry;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.Validity;

/** Writes the notices. Each says that a program wrote it (RFC 3834). */
final class NoticeMail {
    private final MailAddress from;
    private final String hostName;
    private final Instant now;

    NoticeMail(MailAddress from, String hostName, Instant now) {
        this.from = from;
        this.hostName = hostName;
        this.now = now;
    }

    byte[] toUser(MailAddress user, IssuedEntry entry, int days) {
        return message(
                user,
                "Your S/MIME certificate ends on " + Validity.day(entry.notAfter()),
                "The certificate for secure mail of\r\n\r\n  "
                        + Printable.list(entry.addresses()) + "\r\n  serial number " + entry.serialHex()
                        + "\r\n\r\nends on " + Validity.day(entry.notAfter()) + ", within "
                        + Options.count(days, "day") + ". "
                        + (entry.ownKey()
                                ? "You need not do anything: it is renewed for you."
                                : "You keep its key yourself: please send a new request.")
                        + "\r\n");
    }

    byte[] toAdministrator(MailAddress administrator, List<String> lines) {
        return message(
                administrator,
                Options.count(lines, "S/MIME certificate") + (lines.size() == 1 ? " ends soon" : " end soon"),
                "These certificates end soon, and have no successor yet:\r\n\r\n"
                        + String.join(
                                "",
                                lines.stream()
                                        .map(each -> "  " + Printable.line(each) + "\r\n")
                                        .toList())
                        + "\r\n'postseal ca renew' renews those whose keys the gateway has.\r\n");
    }

    private byte[] message(MailAddress to, String subject, String text) {
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
