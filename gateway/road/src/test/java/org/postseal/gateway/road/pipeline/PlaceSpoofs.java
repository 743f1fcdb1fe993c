package org.postseal.gateway.road.pipeline;

import static org.postseal.gateway.road.pipeline.SpoofForge.ENTITY;
import static org.postseal.gateway.road.pipeline.SpoofForge.FROM_BOB;
import static org.postseal.gateway.road.pipeline.SpoofForge.SIGNATURE_FIELDS;
import static org.postseal.gateway.road.pipeline.SpoofForge.attached;
import static org.postseal.gateway.road.pipeline.SpoofForge.base64;
import static org.postseal.gateway.road.pipeline.SpoofForge.clearEntity;
import static org.postseal.gateway.road.pipeline.SpoofForge.detached;
import static org.postseal.gateway.road.pipeline.SpoofForge.opaqueEntity;
import static org.postseal.gateway.road.pipeline.SpoofForge.signedBody;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a good signature of Bob in a place where it does not cover what is shown (M1 to M4), and in structures that
 * programs read differently.
 */
final class PlaceSpoofs {
    private static final SpoofForge.Signer BOB = SpoofForge.Signer.of(Parties.BOB);
    private static final SpoofForge.Signer EVE = SpoofForge.Signer.of(SpoofForge.EVE);
    private static final byte[] SIGNATURE = detached(ENTITY, BOB);
    private static final String SIGNED = clearEntity(ENTITY, SIGNATURE);
    private static final String FOREIGN = "Content-Type: text/html\r\n\r\n<p>Pay 900</p>\r\n";
    private static final String SIGNED_TYPE =
            "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";"
                    + " micalg=sha-256; boundary=sig\r\n";
    private static final String OPAQUE_TYPE =
            "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n";
    private static final String MALFORMED = "smime=neutral reason=malformed body.smime-part=";
    private static final String AMBIGUOUS = "smime=neutral reason=\"structure ambiguous\"";

    private PlaceSpoofs() {}

    static List<Spoof> all() {
        List<Spoof> all = new ArrayList<>(beside());
        all.addAll(ambiguousClear());
        all.addAll(ambiguousOpaque());
        all.addAll(signaturePart());
        all.addAll(layers());
        return all;
    }

    private static List<Spoof> beside() {
        String hiding =
                "Content-Type: text/html\r\n\r\n<p>Pay 900</p><div style=\"display:none\"><img src=\"cid:s\">\r\n";
        return List.of(
                Spoof.unsigned("M1 text before a signed part", multipart("mixed", FOREIGN, SIGNED)),
                Spoof.unsigned("M1 text behind a signed part", multipart("mixed", SIGNED, FOREIGN)),
                Spoof.unsigned(
                        "M1 text before an opaque part",
                        multipart("mixed", FOREIGN, opaqueEntity(attached(ENTITY, BOB)))),
                Spoof.unsigned(
                        "M2 a signed part hidden by HTML",
                        multipart("mixed", hiding, SIGNED, "Content-Type: text/html\r\n\r\n</div>\r\n")),
                Spoof.unsigned(
                        "M3 a signed part that HTML refers to",
                        multipart("related", hiding, "Content-ID: <s>\r\n" + SIGNED)),
                Spoof.unsigned("M3 a signed part as the other choice", multipart("alternative", FOREIGN, SIGNED)),
                Spoof.unsigned(
                        "M4 a signed part as an attachment",
                        multipart("mixed", FOREIGN, "Content-Disposition: attachment\r\n" + SIGNED)),
                Spoof.unsigned(
                        "M4 a signed message as an attachment",
                        multipart("mixed", FOREIGN, "Content-Type: message/rfc822\r\n\r\n" + FROM_BOB + SIGNED)),
                Spoof.unsigned(
                        "M4 a signed message as the only content",
                        FROM_BOB + "Content-Type: message/rfc822\r\n\r\n" + FROM_BOB + SIGNED),
                Spoof.unsigned("M4 a signed part alone in a multipart", multipart("mixed", SIGNED)));
    }

    private static List<Spoof> ambiguousClear() {
        String body = signedBody(ENTITY, SIGNATURE, SIGNATURE_FIELDS);
        return List.of(
                malformed(
                        "M1 three parts, text in front",
                        FROM_BOB + SIGNED_TYPE + "\r\n--sig\r\n" + FOREIGN + "\r\n" + body),
                malformed(
                        "M1 three parts, text behind",
                        FROM_BOB + SIGNED_TYPE + "\r\n"
                                + body.replace("--sig--", "--sig\r\n" + FOREIGN + "\r\n--sig--")),
                malformed("M1 one part", FROM_BOB + SIGNED_TYPE + "\r\n--sig\r\n" + ENTITY + "\r\n--sig--\r\n"),
                ambiguous(
                        "2",
                        "M1 text behind the end of the parts",
                        FROM_BOB + SIGNED + "--sig\r\n" + FOREIGN + "\r\n--sig--\r\n"),
                ambiguous("2", "M1 no end of the parts", FROM_BOB + SIGNED.replace("--sig--\r\n", "")),
                ambiguous(
                        "2",
                        "M1 two boundaries",
                        FROM_BOB + SIGNED_TYPE.replace("=sig", "=sig; boundary=two") + "\r\n--two\r\n" + FOREIGN
                                + "\r\n--two--\r\n" + body),
                ambiguous(
                        "2",
                        "M1 a boundary that begins another",
                        FROM_BOB + SIGNED_TYPE + "\r\n--signed\r\n" + FOREIGN + "\r\n" + body),
                ambiguous(
                        "2", "M1 signed parts in base64", FROM_BOB + "Content-Transfer-Encoding: base64\r\n" + SIGNED),
                ambiguous(
                        "2",
                        "M1 signed, and text in a second Content-Type",
                        FROM_BOB + SIGNED_TYPE + FOREIGN.replace("\r\n\r\n", "\r\n\r\n" + body)),
                unlabelled(
                        "M1 text, and signed in a second Content-Type",
                        FROM_BOB + "Content-Type: text/html\r\n" + SIGNED),
                unlabelled(
                        "M1 text in a Content-Type with a blank before the colon",
                        FROM_BOB + "Content-Type : text/html\r\n" + SIGNED));
    }

    private static List<Spoof> ambiguousOpaque() {
        byte[] object = attached(ENTITY, BOB);
        String encoding = "Content-Transfer-Encoding: base64\r\n";
        String body = "\r\n" + base64(object) + "\r\n";
        return List.of(
                ambiguous(
                        "1",
                        "M1 opaque, and text in a second Content-Type",
                        FROM_BOB + OPAQUE_TYPE + "Content-Type: text/html\r\n" + encoding + body),
                unlabelled(
                        "M1 text, and opaque in a second Content-Type",
                        FROM_BOB + "Content-Type: text/html\r\n" + OPAQUE_TYPE + encoding + body),
                unlabelled(
                        "M1 opaque, and text in a Content-Type with a blank before the colon",
                        FROM_BOB + "Content-Type : text/html\r\n" + OPAQUE_TYPE + encoding + body),
                Spoof.of(
                        "M1 opaque in one encoding of two",
                        FROM_BOB + OPAQUE_TYPE + encoding + "Content-Transfer-Encoding: 7bit\r\n" + body,
                        "invalid MALFORMED",
                        "smime=neutral reason=malformed"),
                ambiguous(
                        "1",
                        "M1 opaque with a type given twice",
                        FROM_BOB + OPAQUE_TYPE.replace("name=", "name=a.html; name=") + encoding + body));
    }

    /**
     * Makes signature parts that a program shows as an attachment, or in line, if it does not take them for the
     * signature.
     */
    private static List<Spoof> signaturePart() {
        ByteArrayOutputStream polyglot = new ByteArrayOutputStream();
        polyglot.writeBytes(SIGNATURE);
        polyglot.writeBytes("%PDF-1.7 Pay 900 %%EOF".getBytes(StandardCharsets.US_ASCII));
        String encoding = "Content-Transfer-Encoding: base64\r\n";
        return List.of(
                malformed(
                        "M4 a signature that is HTML too",
                        FROM_BOB + SIGNED_TYPE + "\r\n"
                                + signedBody(ENTITY, polyglot.toByteArray(), "Content-Type: text/html\r\n" + encoding)),
                malformed(
                        "M4 a signature that is a PDF too",
                        FROM_BOB + SIGNED_TYPE + "\r\n"
                                + signedBody(
                                        ENTITY,
                                        polyglot.toByteArray(),
                                        "Content-Type: application/pdf; name=invoice.pdf\r\n" + encoding)),
                malformed(
                        "M4 a signature without a type",
                        FROM_BOB + SIGNED_TYPE + "\r\n" + signedBody(ENTITY, SIGNATURE, encoding)),
                malformed(
                        "M4 a signature with a second type in front",
                        FROM_BOB + SIGNED_TYPE + "\r\n"
                                + signedBody(
                                        ENTITY,
                                        polyglot.toByteArray(),
                                        "Content-Type: text/html\r\n" + SIGNATURE_FIELDS)),
                ambiguous(
                        "2",
                        "M4 a signature with a second type behind",
                        FROM_BOB + SIGNED_TYPE + "\r\n"
                                + signedBody(
                                        ENTITY,
                                        polyglot.toByteArray(),
                                        SIGNATURE_FIELDS + "Content-Type: text/html\r\n")),
                malformed(
                        "M4 a signature in two encodings",
                        FROM_BOB + SIGNED_TYPE + "\r\n"
                                + signedBody(
                                        ENTITY, SIGNATURE, SIGNATURE_FIELDS + "Content-Transfer-Encoding: 7bit\r\n")));
    }

    private static List<Spoof> layers() {
        String around = multipartEntity(
                "mixed", FOREIGN, SIGNED.replace("=sig\r\n", "=bob\r\n").replace("--sig", "--bob"));
        String signedByEve = clearEntity(around, detached(around, EVE));
        String opaqueByEve = opaqueEntity(attached(SIGNED, EVE));
        String textByEve = opaqueEntity(attached(ENTITY, EVE));
        String eveOutside = "smime=policy reason=\"address mismatch\" body.smime-part=";
        return List.of(
                Spoof.of(
                        "M1 Eve signs text with Bob's signed part in it",
                        FROM_BOB + signedByEve,
                        "invalid ADDRESS_MISMATCH",
                        eveOutside + "2" + eve()),
                Spoof.of(
                        "M1 Eve signs around Bob's signature",
                        FROM_BOB + opaqueByEve,
                        "invalid ADDRESS_MISMATCH (1 invalid ADDRESS_MISMATCH, 1/2 valid)",
                        eveOutside + "1" + eve()
                                + "; smime=policy reason=\"another layer is not valid\" body.smime-part=\"1/2\""),
                Spoof.of(
                        "M1 Bob signs around Eve's signature",
                        FROM_BOB + clearEntity(textByEve, detached(textByEve, BOB)),
                        "invalid ADDRESS_MISMATCH (2 valid, 1 invalid ADDRESS_MISMATCH)",
                        "smime=policy reason=\"another layer is not valid\" body.smime-part=2; " + eveOutside + "1"
                                + eve()),
                Spoof.of(
                        "M1 Eve encrypts what Eve signed",
                        sealed(FROM_BOB + clearEntity(ENTITY, detached(ENTITY, EVE))),
                        "invalid ADDRESS_MISMATCH",
                        eveOutside + "\"1/2\"" + eve()),
                Spoof.of(
                        "M1 Eve sends on what Bob signed and encrypted",
                        sealed(FROM_BOB + SIGNED).replace("From: Bob <bob@partner.example>", "From: eve@evil.example"),
                        "invalid ADDRESS_MISMATCH",
                        eveOutside + "\"1/2\""
                                + signer(Parties.issued(Parties.BOB).certificate(), "bob@partner.example")),
                Spoof.openedUnsigned(
                        "M1 encrypted text with Bob's signed part in it",
                        sealed(FROM_BOB + multipartEntity("mixed", FOREIGN, SIGNED))),
                Spoof.of(
                        "M1 five layers of good signatures",
                        wrapped(5),
                        "unverifiable LIMIT_EXCEEDED",
                        "smime=permerror reason=\"limit exceeded\""));
    }

    private static String wrapped(int layers) {
        String entity = ENTITY;
        for (int i = 0; i < layers; i++) {
            entity = opaqueEntity(attached(entity, BOB));
        }
        return FROM_BOB + entity;
    }

    private static String sealed(String message) {
        try {
            return new String(SealedCopy.encrypt(message, Parties.ALICE), StandardCharsets.ISO_8859_1);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static String eve() {
        return signer(Parties.issued(SpoofForge.EVE).certificate(), "eve@evil.example");
    }

    /** Returns how Authentication-Results names a signer whose path is good. */
    static String signer(org.postseal.certstore.MailCertificate certificate, String address) {
        return " body.smime-identifier=\"" + address + "\" body.smime-serial=" + certificate.serialNumber()
                + " body.smime-issuer=\"" + certificate.issuer() + "\"";
    }

    private static String multipart(String subtype, String... parts) {
        return FROM_BOB + multipartEntity(subtype, parts);
    }

    private static String multipartEntity(String subtype, String... parts) {
        return "Content-Type: multipart/" + subtype + "; boundary=mix\r\n\r\n--mix\r\n"
                + String.join("\r\n--mix\r\n", parts) + "\r\n--mix--\r\n";
    }

    private static Spoof malformed(String name, String message) {
        return Spoof.of(name, message, "invalid MALFORMED", MALFORMED + "2");
    }

    /** Makes a good signature in a structure that programs read in different ways. */
    private static Spoof ambiguous(String part, String name, String message) {
        return Spoof.of(name, message, "unverifiable STRUCTURE_AMBIGUOUS", AMBIGUOUS + " body.smime-part=" + part);
    }

    /** Makes a signature that only some programs find. */
    private static Spoof unlabelled(String name, String message) {
        return Spoof.of(name, message, "unverifiable STRUCTURE_AMBIGUOUS", AMBIGUOUS);
    }
}
