package org.postseal.gateway.e2e.programs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.OpenSslPeer;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.TestPki;

/** Writes the messages of the cases before the gateway has them: those from outside with {@code openssl cms}. */
final class Correspondent implements AutoCloseable {
    private final TestPki pki;
    private final OpenSslPeer openssl;
    private final TestPki unknown = new TestPki().user(ProgramRoad.BOB, KeyAlgorithm.RSA2048);
    private final OpenSslPeer stranger = new OpenSslPeer(unknown);

    Correspondent(TestPki pki) {
        this.pki = pki;
        openssl = new OpenSslPeer(pki);
    }

    SmimeMail write(ProgramCase of) {
        String entity = SmimeMail.entity(of.text() + "\r\n");
        return switch (of.id()) {
            case "in-signed" -> message(of, signed(entity, entity));
            case "in-opaque" ->
                message(of, SmimeMail.pkcs7Mime("signed-data", openssl.signOpaque(octets(entity), bob())));
            case "in-encrypted" -> message(of, sealed(entity));
            case "in-both", "in-closed" -> message(of, sealed(signed(entity, entity)));
            case "in-hidden" -> with(message(of, sealed(covered(of, entity))), of.subject(), "[...]");
            case "in-tagged" -> with(message(of, entity), "Subject: ", "Subject: [signed] ");
            case "in-altered" -> message(of, signed(entity.replace("Text", "Test"), entity));
            case "in-other" ->
                message(of, clear(entity, openssl.signDetached(octets(entity), pki.identity(ProgramRoad.DORA))));
            case "in-stranger" ->
                message(of, clear(entity, stranger.signDetached(octets(entity), unknown.identity(ProgramRoad.BOB))));
            case "in-late" -> with(message(of, signed(entity, entity)), SmimeMail.dateField(), threeHoursAgo());
            case "in-sha1" ->
                message(
                        of,
                        clear(entity, openssl.signDetached(octets(entity), bob(), "sha1"))
                                .replace("micalg=sha-256", "micalg=sha1"));
            case "in-quoted" -> message(of, quoted(signed(entity, entity), ""));
            case "in-attack" -> message(of, quoted(signed(entity, entity), "Text of the attacker"));
            case "in-subject" -> {
                String covered = covered(of, entity).replace(of.subject(), "Another Subject");
                yield message(of, signed(covered, covered));
            }
            case "in-footer" -> message(of, footed(signed(entity, entity)));
            case "in-damaged" -> message(of, SmimeMail.pkcs7Mime("enveloped-data", damaged(entity)));
            default -> message(of, entity);
        };
    }

    /** Signs one entity and sends another. */
    private String signed(String sent, String entity) {
        return clear(sent, openssl.signDetached(octets(entity), bob()));
    }

    private static String clear(String entity, byte[] signature) {
        return SmimeMail.clearSigned(entity, signature);
    }

    private String sealed(String entity) {
        return SmimeMail.pkcs7Mime(
                "enveloped-data", openssl.encrypt(octets(entity), List.of(pki.identity(ProgramRoad.ALICE))));
    }

    private byte[] damaged(String entity) {
        byte[] cms = openssl.encrypt(octets(entity), List.of(pki.identity(ProgramRoad.ALICE)));
        // The third block from the end
        cms[cms.length - 40] ^= 1;
        return cms;
    }

    /** Puts header fields into the entity (RFC 9788). */
    private static String covered(ProgramCase of, String entity) {
        return entity.replace("charset=utf-8", "charset=utf-8; hp=\"cipher\"")
                .replaceFirst(
                        "\r\n\r\n",
                        "\r\nFrom: <" + ProgramRoad.BOB + ">\r\nTo: <" + of.to() + ">\r\nSubject: " + of.subject()
                                + "\r\nHP-Outer: Subject: [...]\r\n\r\n");
    }

    /** Writes the boundary with a quoted pair, and a part in front that begins as the boundary is written. */
    private static String quoted(String signed, String more) {
        String part = "--=-signed\\-42\r\nContent-Type: text/plain\r\n\r\n" + more + "\r\n--=-signed\\-42--\r\n";
        return signed.replace("boundary=\"=-signed-42\"", "boundary=\"=-signed\\-42\"")
                .replace("This is an S/MIME signed message\r\n", more.isEmpty() ? "" : part);
    }

    private static String footed(String signed) {
        return "Content-Type: multipart/mixed; boundary=list\r\n\r\n--list\r\n" + signed
                + "\r\n--list\r\nContent-Type: text/plain\r\n\r\nFooter of the list\r\n--list--\r\n";
    }

    private static String threeHoursAgo() {
        ZonedDateTime time = ZonedDateTime.now(ZoneOffset.UTC).minusHours(3);
        return "Date: " + DateTimeFormatter.RFC_1123_DATE_TIME.format(time) + "\r\n";
    }

    private static SmimeMail message(ProgramCase of, String entity) {
        String from = of.isOutbound() ? ProgramRoad.ALICE : ProgramRoad.BOB;
        return with(SmimeMail.message(of.id(), from, of.to(), entity), "Test " + of.id(), of.subject());
    }

    private static SmimeMail with(SmimeMail message, String what, String other) {
        return new SmimeMail(octets(message.text().replace(what, other)));
    }

    private Identity bob() {
        return pki.identity(ProgramRoad.BOB);
    }

    private static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Override
    public void close() {
        openssl.close();
        stranger.close();
        unknown.close();
    }
}
