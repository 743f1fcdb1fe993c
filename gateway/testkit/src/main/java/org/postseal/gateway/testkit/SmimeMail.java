package org.postseal.gateway.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds a message or a MIME entity, octet for octet, and does just enough MIME to put CMS in and take it out. It is no
 * parser for mail from the wire: where it does not understand, the test fails.
 */
public record SmimeMail(byte[] octets) {
    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";\\s]+)", Pattern.CASE_INSENSITIVE);

    /** Makes an unprotected message around the entity; the Message-ID is {@code <id@test>}. */
    public static SmimeMail message(String id, String from, String to, String entity) {
        return new SmimeMail((fields(id, from, to) + entity).getBytes(ISO_8859_1));
    }

    public static String entity(String body) {
        return "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" + body;
    }

    public static SmimeMail clearSigned(String id, String from, String to, String entity, byte[] signature) {
        return message(id, from, to, clearSigned(entity, signature));
    }

    /** Makes a multipart/signed entity (RFC 8551 §3.5.3). */
    public static String clearSigned(String entity, byte[] signature) {
        return "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256;\r\n"
                + " boundary=\"=-signed-42\"\r\n\r\nThis is an S/MIME signed message\r\n--=-signed-42\r\n" + entity
                + "\r\n--=-signed-42\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n"
                + "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=smime.p7s\r\n\r\n"
                + base64(signature) + "\r\n--=-signed-42--\r\n";
    }

    /** Makes an application/pkcs7-mime entity (RFC 8551 §3.2). */
    public static String pkcs7Mime(String smimeType, byte[] cms) {
        return "Content-Type: application/pkcs7-mime; smime-type=" + smimeType + "; name=smime.p7m\r\n"
                + "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=smime.p7m\r\n\r\n"
                + base64(cms) + "\r\n";
    }

    public String text() {
        return new String(octets, ISO_8859_1);
    }

    /** Returns the unfolded bodies of the fields with this name, in order. */
    public List<String> fields(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        List<String> bodies = new ArrayList<>();
        for (String field : head().split("\r\n(?![ \t])", -1)) {
            if (field.toLowerCase(Locale.ROOT).startsWith(prefix)) {
                bodies.add(field.substring(prefix.length()).replace("\r\n", "").strip());
            }
        }
        return bodies;
    }

    public String field(String name) {
        List<String> bodies = fields(name);
        if (bodies.size() != 1) {
            throw new AssertionError(bodies.size() + " fields " + name + " in\n" + text());
        }
        return bodies.getFirst();
    }

    public String head() {
        return text().substring(0, headEnd());
    }

    public String body() {
        return text().substring(headEnd() + 4);
    }

    /** Returns type, subtype and S/MIME type, such as {@code application/pkcs7-mime enveloped-data}. */
    public String kind() {
        String contentType = field("Content-Type");
        Matcher smimeType = Pattern.compile("smime-type=\"?([\\w-]+)", Pattern.CASE_INSENSITIVE)
                .matcher(contentType);
        String type = contentType.split("[;\\s]", 2)[0].toLowerCase(Locale.ROOT);
        return smimeType.find() ? type + " " + smimeType.group(1) : type;
    }

    /** Returns the CMS object of an application/pkcs7-mime. */
    public byte[] cms() {
        if (!kind().startsWith("application/pkcs7-mime")) {
            throw new AssertionError("not pkcs7-mime but " + kind() + "\n" + text());
        }
        return Base64.getMimeDecoder().decode(body());
    }

    /** Returns the signed entity of a multipart/signed, as it was hashed. */
    public byte[] signedContent() {
        return part("multipart/signed", 2, 0).getBytes(ISO_8859_1);
    }

    /** Returns the entity that is the only part of a copy in the form of opened mail, without the salt before it. */
    public SmimeMail enclosed() {
        String salted = part("multipart/mixed", 1, 0);
        if (!salted.matches("(?s)X-Postseal-Salt: [0-9a-f]{32}\r\n.*")) {
            throw new AssertionError("no salt in " + salted);
        }
        return new SmimeMail(salted.substring(salted.indexOf("\r\n") + 2).getBytes(ISO_8859_1));
    }

    /** Returns the detached signature of a multipart/signed. */
    public byte[] signature() {
        return Base64.getMimeDecoder()
                .decode(new SmimeMail(part("multipart/signed", 2, 1).getBytes(ISO_8859_1)).body());
    }

    private String part(String kind, int count, int index) {
        String contentType = field("Content-Type");
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!kind().equals(kind) || !boundary.find()) {
            throw new AssertionError("not " + kind + " but " + contentType + "\n" + text());
        }
        // The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1)
        String delimiter = "\r\n--" + boundary.group(1);
        String[] parts = ("\r\n" + body()).split(Pattern.quote(delimiter), -1);
        if (parts.length != count + 2 || !parts[count + 1].startsWith("--")) {
            throw new AssertionError(parts.length - 2 + " parts in " + kind + "\n" + text());
        }
        String part = parts[index + 1];
        return part.substring(part.indexOf("\r\n") + 2);
    }

    private int headEnd() {
        int end = text().indexOf("\r\n\r\n");
        if (end < 0) {
            throw new AssertionError("no header section in\n" + text());
        }
        return end;
    }

    private static String fields(String id, String from, String to) {
        return "From: <" + from + ">\r\nTo: <" + to + ">\r\nSubject: Test " + id + "\r\nMessage-ID: <" + id
                + "@test>\r\n" + dateField() + "MIME-Version: 1.0\r\n";
    }

    /**
     * Returns the Date field of all messages of this process, which names the time when the process began. A signature
     * from another hour would not be believed. The time stays the same, so that a message that is built twice has the
     * same octets.
     */
    public static String dateField() {
        Instant start = ProcessHandle.current().info().startInstant().orElseThrow();
        return "Date: " + DateTimeFormatter.RFC_1123_DATE_TIME.format(start.atZone(ZoneOffset.UTC)) + "\r\n";
    }

    private static String base64(byte[] octets) {
        return Base64.getMimeEncoder().encodeToString(octets);
    }
}
