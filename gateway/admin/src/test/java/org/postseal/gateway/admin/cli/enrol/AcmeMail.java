package org.postseal.gateway.admin.cli.enrol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.testkit.Command;

/** Writes the challenge messages of RFC 8823 §3.1, and judges the responses by §3.2. */
final class AcmeMail {
    private AcmeMail() {}

    /**
     * Holds one challenge.
     *
     * @param address who asked for the certificate
     * @param from the address in the challenge object
     * @param part1 the token that the message carries
     * @param digest what the response must hold
     */
    record Challenge(
            String address, String from, @Nullable String replyTo, String part1, String digest, String messageId) {}

    /** @param signer a folder with {@code mail.pem} and {@code mail.key}, if the message is signed */
    static String message(Challenge challenge, Instant now, Set<AcmeFault> faults, @Nullable Path signer) {
        List<String> fields = new ArrayList<>();
        fields.add(
                "From: " + (faults.contains(AcmeFault.FORGED_FROM) ? "acme-challenge@forger.example" : challenge.from));
        fields.add(
                "To: " + (faults.contains(AcmeFault.OTHER_RECIPIENT) ? "other@elsewhere.example" : challenge.address));
        if (challenge.replyTo != null) {
            fields.add("Reply-To: " + challenge.replyTo);
        }
        fields.add("Subject: " + subject(token(challenge, faults), faults));
        if (faults.contains(AcmeFault.TWO_SUBJECTS)) {
            fields.add("Subject: ACME: " + AcmeJws.encode(new byte[16]));
        }
        fields.add("Date: " + DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)));
        fields.add("Message-ID: " + challenge.messageId);
        if (!faults.contains(AcmeFault.NOT_AUTO_SUBMITTED)) {
            fields.add("Auto-Submitted: auto-generated; type=acme");
        }
        if (faults.contains(AcmeFault.MAILING_LIST)) {
            fields.addAll(List.of("List-Id: <all.example.com>", "Precedence: list"));
        }
        String outer = String.join("\r\n", fields) + "\r\n";
        if (signer == null) {
            return outer + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n" + BODY;
        }
        // RFC 9788 §2.1.1: the fields stand in the signed part as well, whose Content-Type has hp="clear"
        byte[] signed = Command.of(
                        "openssl",
                        "cms",
                        "-sign",
                        "-md",
                        "sha256",
                        "-signer",
                        signer.resolve("mail.pem"),
                        "-certfile",
                        signer.resolve("mail.pem"),
                        "-inkey",
                        signer.resolve("mail.key"))
                .input((outer + "Content-Type: text/plain; charset=us-ascii; hp=\"clear\"\r\n" + BODY)
                        .getBytes(ISO_8859_1))
                .output();
        return outer + new String(signed, ISO_8859_1).replaceAll("\r?\n", "\r\n");
    }

    /** Returns the rules that a response breaks. */
    static List<String> judge(byte[] content, Challenge challenge) {
        List<String> faults = new ArrayList<>();
        try {
            if (Pattern.compile("(?<!\r)\n|\r(?!\n)")
                    .matcher(new String(content, ISO_8859_1))
                    .find()) {
                faults.add("the response has a bare CR or LF");
            }
            MimeMessage message = parsed(content);
            for (String once : List.of("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To")) {
                String[] fields = message.getHeader(once);
                if (fields == null || fields.length != 1) {
                    faults.add("the response has " + (fields == null ? 0 : fields.length) + " fields " + once);
                }
            }
            expect(faults, "From", mailboxes(message, "From"), List.of(challenge.address));
            expect(faults, "To", mailboxes(message, "To"), List.of(recipient(challenge)));
            expect(faults, "In-Reply-To", String.valueOf(message.getHeader("In-Reply-To", ",")), challenge.messageId);
            subject(message, challenge, faults);
            Collections.list(message.getAllHeaders()).stream()
                    .map(header -> header.getName().toLowerCase(Locale.ROOT))
                    .filter(name -> name.startsWith("list-"))
                    .forEach(name -> faults.add("the response has a field of mailing lists: " + name));
            Optional<String> text = plain(message);
            if (text.isEmpty()) {
                faults.add("the response is neither text/plain nor multipart/alternative: " + message.getContentType());
            } else {
                digest(text.get(), challenge, faults);
            }
        } catch (MessagingException | IOException e) {
            faults.add("the response cannot be read: " + e);
        }
        return faults;
    }

    /** Returns where a response must go: to Reply-To, or else to From. */
    static String recipient(Challenge challenge) {
        return challenge.replyTo == null ? challenge.from : challenge.replyTo;
    }

    private static String token(Challenge challenge, Set<AcmeFault> faults) {
        if (faults.contains(AcmeFault.SHORT_TOKEN_IN_MAIL)) {
            return challenge.part1.substring(0, 8);
        }
        return faults.contains(AcmeFault.WRONG_TOKEN)
                ? new StringBuilder(challenge.part1).reverse().toString()
                : challenge.part1;
    }

    private static String subject(String token, Set<AcmeFault> faults) {
        if (faults.contains(AcmeFault.FOLDED_SUBJECT)) {
            return "ACME:\r\n " + token.substring(0, token.length() / 2) + "\r\n "
                    + token.substring(token.length() / 2);
        }
        String subject = "ACME: " + token;
        return faults.contains(AcmeFault.ENCODED_SUBJECT)
                ? "=?US-ASCII?B?" + Base64.getEncoder().encodeToString(subject.getBytes(US_ASCII)) + "?="
                : subject;
    }

    private static void subject(MimeMessage message, Challenge challenge, List<String> faults)
            throws MessagingException, IOException {
        String subject = MimeUtility.decodeText(MimeUtility.unfold(String.valueOf(message.getHeader("Subject", ","))));
        Matcher matcher = SUBJECT.matcher(subject);
        if (!matcher.matches() || !matcher.group(1).replaceAll("\\s", "").equals(challenge.part1)) {
            faults.add("Subject of the response is no reply to ACME: " + challenge.part1 + ": " + subject);
        }
    }

    private static void digest(String text, Challenge challenge, List<String> faults) {
        List<String> blocks =
                BLOCK.matcher(text).results().map(block -> block.group(1)).toList();
        if (blocks.size() != 1) {
            faults.add("the response has " + blocks.size() + " blocks of an ACME response");
        } else {
            expect(faults, "the digest", blocks.getFirst().replace("\r\n", ""), challenge.digest);
        }
    }

    private static Optional<String> plain(Part part) throws MessagingException, IOException {
        if (part.isMimeType("text/plain")) {
            return Optional.of((String) part.getContent());
        }
        if (part.isMimeType("multipart/alternative") && part.getContent() instanceof MimeMultipart alternatives) {
            for (int i = 0; i < alternatives.getCount(); i++) {
                if (alternatives.getBodyPart(i).isMimeType("text/plain")) {
                    return Optional.of((String) alternatives.getBodyPart(i).getContent());
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> mailboxes(MimeMessage message, String field) throws MessagingException {
        List<String> mailboxes = new ArrayList<>();
        for (InternetAddress each : InternetAddress.parseHeader(String.valueOf(message.getHeader(field, ",")), true)) {
            mailboxes.add(each.getAddress());
        }
        return mailboxes;
    }

    private static MimeMessage parsed(byte[] content) throws MessagingException {
        return new MimeMessage(null, new ByteArrayInputStream(content));
    }

    private static void expect(List<String> faults, String what, Object found, Object expected) {
        if (!found.equals(expected)) {
            faults.add(what + " of the response is " + found + ", not " + expected);
        }
    }

    private static final String BODY = """

            This message is read by a program that orders certificates.
            If you have ordered none, no answer is needed.
            """.replace("\n", "\r\n");

    // RFC 8823 §3.2: before the label stands nothing, or a prefix of a reply in US-ASCII
    private static final Pattern SUBJECT = Pattern.compile("(?:[!-~]+:\\s*)?ACME:\\s+(\\S.*)");

    private static final Pattern BLOCK = Pattern.compile(
            "^-----BEGIN ACME RESPONSE-----\r\n((?:[A-Za-z0-9_-]+\r\n)+)-----END ACME RESPONSE-----\r?$",
            Pattern.MULTILINE);
}
