package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.postseal.gateway.testkit.SmimeMail;

/**
 * Mail that systems on its way have a reason to change. Strings hold octets, one in each character.
 *
 * @param subject the Subject as it stands in the header section
 * @param entity Content- fields, an empty line, and the body
 * @param form how the content is signed
 * @param contents the decoded leaves, as the gateway gets them
 */
record AwkwardLetter(String name, String subject, String entity, Form form, List<String> contents) {
    enum Form {
        /** Exactly the octets that the gateway got. */
        AS_SENT,
        /**
         * A leaf that is not fit for 7-bit transport is encoded, and the field that says so is replaced (RFC 8551
         * §3.1.2, §3.1.3).
         */
        ENCODED
    }

    static final List<AwkwardLetter> ALL = List.of(
            text("eight-bit", "8bit", octets("Grüße aus Köln\r\n\r\nnaïve ⁂ Ω\r\n"), Form.ENCODED),
            text("long-line", "7bit", "x".repeat(3000) + "\r\nshort\r\n", Form.ENCODED),
            text("longest-line", "7bit", "x".repeat(998) + "\r\nshort\r\n", Form.AS_SENT),
            text("trailing-space", "7bit", "one \r\ntwo\t\r\n \r\nthree \t \r\n", Form.ENCODED),
            text("from", "7bit", "From here\r\n>From there\r\nFrom\r\n", Form.ENCODED),
            text("dot", "7bit", ".\r\n..\r\n.x\r\n...\r\nx.\r\n.\r\n", Form.AS_SENT),
            // Before anybody signs, Postfix replaces a bare CR by a space (cleanup_replace_stray_cr_lf), and removes it
            // at the end of a line.
            text("bare-cr", "7bit", "one\rtwo\r\nthree\r\r\n", Form.AS_SENT).arriving("one two\r\nthree\r\n"),
            text("utf8-header", "7bit", "one\r\n", Form.AS_SENT).withSubject(octets("Grüße ⁂")),
            text("encoded-header", "7bit", "one\r\n", Form.AS_SENT).withSubject("=?utf-8?q?Gr=C3=BC=C3=9Fe?="),
            text("empty-body", "7bit", "", Form.AS_SENT),
            text("blank-lines", "7bit", "\r\n\r\none\r\n\r\n\r\n", Form.AS_SENT),
            // SMTP ends the last line.
            text("no-final-newline", "7bit", "one\r\ntwo", Form.AS_SENT).arriving("one\r\ntwo\r\n"),
            parts(60));

    private static AwkwardLetter text(String name, String encoding, String body, Form form) {
        return new AwkwardLetter(
                name,
                "Test " + name,
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + body,
                form,
                List.of(body));
    }

    private AwkwardLetter arriving(String content) {
        return new AwkwardLetter(name, subject, entity, form, List.of(content));
    }

    private AwkwardLetter withSubject(String other) {
        return new AwkwardLetter(name, other, entity, form, contents);
    }

    /**
     * Makes parts of every encoding in turn. None ends its last line: that line end belongs to the boundary (RFC 2046
     * §5.1.1).
     */
    private static AwkwardLetter parts(int count) {
        Random random = new Random(20261126);
        StringBuilder entity = new StringBuilder("Content-Type: multipart/mixed;"
                + " boundary=\"=-parts\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\nprologue\r\n");
        List<String> contents = new ArrayList<>();
        for (int part = 0; part < count; part++) {
            byte[] octets = new byte[100 + part];
            random.nextBytes(octets);
            String binary = new String(octets, ISO_8859_1);
            String base64 = Base64.getMimeEncoder().encodeToString(octets);
            entity.append("--=-parts\r\n");
            switch (part % 5) {
                case 0 -> add(entity, contents, "text/plain", "7bit", "part " + part, "part " + part);
                case 1 -> add(entity, contents, "text/html", "8bit", octets("Grüße " + part), octets("Grüße " + part));
                case 2 -> add(entity, contents, "image/png", "base64", base64, binary);
                case 3 -> add(entity, contents, "text/plain", "quoted-printable", "a=3D=\r\nb=20", "a=b ");
                default -> add(entity, contents, "text/csv", "7bit", "a,b \r\n.\r\nFrom c", "a,b \r\n.\r\nFrom c");
            }
        }
        entity.append("--=-parts--\r\nepilogue\r\n");
        return new AwkwardLetter("sixty-parts", "Test sixty-parts", entity.toString(), Form.ENCODED, contents);
    }

    private static void add(
            StringBuilder entity, List<String> contents, String type, String encoding, String body, String content) {
        entity.append("Content-Type: ")
                .append(type)
                .append("\r\nContent-Transfer-Encoding: ")
                .append(encoding)
                .append("\r\n\r\n")
                .append(body)
                .append("\r\n");
        contents.add(content);
    }

    SmimeMail message(String sender, String recipient) {
        String plain = SmimeMail.message(name, sender, recipient, entity).text();
        return new SmimeMail(plain.replace("\r\nSubject: Test " + name + "\r\n", "\r\nSubject: " + subject + "\r\n")
                .getBytes(ISO_8859_1));
    }

    /** Returns the outermost Content-Transfer-Encoding of a letter that is {@link Form#ENCODED}. */
    String encoding() {
        return contents.size() > 1 ? "7bit" : "quoted-printable";
    }

    /** Returns true if the header section needs SMTPUTF8 (RFC 6531 §3.4). */
    boolean isInternational() {
        return !subject.chars().allMatch(octet -> octet < 128);
    }

    private static String octets(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    @Override
    public String toString() {
        return name;
    }
}
