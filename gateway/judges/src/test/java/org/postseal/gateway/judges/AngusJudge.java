package org.postseal.gateway.judges;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import jakarta.mail.BodyPart;
import jakarta.mail.Header;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** Angus Mail, the mail API of Jakarta EE, with its tolerant settings. */
final class AngusJudge implements Judge {
    private final Session session = Session.getInstance(new Properties());

    @Override
    public String name() {
        return "angus";
    }

    @Override
    public Shown read(byte[] message) {
        List<Shown.Field> fields = new ArrayList<>();
        List<String> authors = new ArrayList<>();
        Optional<Instant> date = Optional.empty();
        List<Shown.Part> parts = new ArrayList<>();
        try {
            MimeMessage read = new MimeMessage(session, new ByteArrayInputStream(message));
            date = Optional.ofNullable(read.getSentDate()).map(Date::toInstant);
            for (Header header : Collections.list(read.getAllHeaders())) {
                fields.add(new Shown.Field(header.getName(), header.getValue()));
            }
            String from = read.getHeader("From", ",");
            if (from != null) {
                for (InternetAddress author : InternetAddress.parseHeader(from, false)) {
                    authors.add(author.getAddress());
                }
            }
            show(read, parts);
        } catch (IOException | MessagingException | RuntimeException e) {
            return new Shown(fields, authors, date, parts, Optional.of(e.toString()));
        }
        return new Shown(fields, authors, date, parts, Optional.empty());
    }

    private static void show(Part part, List<Shown.Part> parts) throws IOException, MessagingException {
        if (part.isMimeType("multipart/*") && part.getContent() instanceof Multipart multipart) {
            for (int i = 0; i < multipart.getCount(); i++) {
                BodyPart child = multipart.getBodyPart(i);
                show(child, parts);
            }
        } else {
            parts.add(new Shown.Part(
                    type(part),
                    new String(part.getInputStream().readAllBytes(), ISO_8859_1),
                    part.getFileName() + " " + part.getDescription()));
        }
    }

    private static String type(Part part) throws MessagingException {
        try {
            return new ContentType(part.getContentType()).getBaseType();
        } catch (jakarta.mail.internet.ParseException e) {
            return "text/plain";
        }
    }

    @Override
    public void close() {}
}
