package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.SpoofForge.ENTITY;
import static org.postseal.gateway.road.pipeline.SpoofForge.FROM_BOB;
import static org.postseal.gateway.road.pipeline.SpoofForge.attached;
import static org.postseal.gateway.road.pipeline.SpoofForge.clear;
import static org.postseal.gateway.road.pipeline.SpoofForge.clearEntity;
import static org.postseal.gateway.road.pipeline.SpoofForge.detached;
import static org.postseal.gateway.road.pipeline.SpoofForge.opaque;
import static org.postseal.gateway.road.pipeline.SpoofForge.opaqueEntity;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Something under a good signature of Bob is written so that only some programs find it: a bad signature, a ciphertext,
 * another From. Every way to hide is tried with everything that can be hidden.
 */
class HiddenInsideTest {
    private static final SpoofForge.Signer BOB = SpoofForge.Signer.of(Parties.BOB);
    private static final SpoofForge.Signer EVE = SpoofForge.Signer.of(SpoofForge.EVE);
    private static final String OTHER_FROM =
            "Content-Type: text/plain; hp=\"clear\"\r\nFrom: eve@evil.example\r\n\r\nPay\r\n";
    private static final String STRIP = "{ id: in, when: always, then: { strip: true } }";

    /** Returns what can be hidden. Each begins with Content-Type. */
    private static Map<String, String> secrets() {
        String altered = clearEntity(ENTITY, detached(ENTITY.replace("100", "900"), BOB));
        String ciphertext = new String(sealed(), StandardCharsets.ISO_8859_1);
        return Map.of(
                "a clear signature that is wrong", altered,
                "a signature of Eve's", clearEntity(ENTITY, detached(ENTITY, EVE)),
                "an opaque signature that is none", opaqueEntity("Pay 900".getBytes(StandardCharsets.US_ASCII)),
                "an opaque signature of Eve's", opaqueEntity(attached(ENTITY, EVE)),
                "a ciphertext", ciphertext.substring(ciphertext.indexOf("Content-Type")),
                "another From", OTHER_FROM);
    }

    private static byte[] sealed() {
        try {
            return SealedCopy.encrypt(FROM_BOB + ENTITY, Parties.ALICE);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, UnaryOperator<String>> tricks() {
        return Map.ofEntries(
                front("a line feed", "X: y\n"),
                front("a carriage return", "X: y\r"),
                front("two line feeds", "X: y\n\n"),
                front("a line that is no field", "no field\r\n"),
                front("a line of a mailbox", "From bob Mon Nov 24 12:00:00 2026\r\n"),
                front("a name with a blank", "X y: z\r\n"),
                front("a name that is not ASCII", "X\u00e9: z\r\n"),
                front("no name", ": z\r\n"),
                front("a NUL", "X: y\0\r\n"),
                front("an empty line", "\r\n"),
                front("two empty lines", "\r\n\r\n"),
                front("a line feed in front", "\n"),
                front("a blank line", " \r\n"),
                front("a blank continuation", "X: y\r\n \r\n"),
                front("another type in front", "Content-Type: text/plain\r\n"),
                Map.entry("every line of the header", entity -> {
                    int end = entity.indexOf("\r\n\r\n") + 4;
                    return entity.substring(0, end).replace("\r\n", "\n") + entity.substring(end);
                }),
                Map.entry("the first line end", entity -> entity.replaceFirst("\r\n", "\n")),
                Map.entry("the empty line", entity -> entity.replaceFirst("\r\n\r\n", "\r\n\n")),
                Map.entry("a blank before the colon", entity -> entity.replaceFirst("Content-Type:", "Content-Type :")),
                Map.entry("a tab before the colon", entity -> entity.replaceFirst("Content-Type:", "Content-Type\t:")),
                Map.entry(
                        "a control in the name", entity -> entity.replaceFirst("Content-Type:", "Content-\u0001Type:")),
                Map.entry(
                        "another type behind",
                        entity -> entity.replaceFirst("\r\n\r\n", "\r\nContent-Type: text/plain\r\n\r\n")),
                Map.entry("a blank in front", entity -> " " + entity));
    }

    private static Map.Entry<String, UnaryOperator<String>> front(String name, String line) {
        return Map.entry(name, entity -> line + entity);
    }

    /** One of them in one of the two kinds of signature. */
    record Hidden(String name, String inner, boolean isClear) {
        String message() {
            return isClear ? outer(inner) : opaque(FROM_BOB, attached(inner, BOB));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Signs with another boundary than that of the signature within. */
    private static String outer(String inner) {
        return FROM_BOB
                + "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=outer\r\n\r\n"
                + "--outer\r\n" + inner + "\r\n--outer\r\n" + SpoofForge.SIGNATURE_FIELDS + "\r\n"
                + SpoofForge.base64(detached(inner, BOB)) + "\r\n--outer--\r\n";
    }

    static Stream<Hidden> hidden() {
        List<Hidden> all = new ArrayList<>();
        secrets()
                .forEach((what, secret) -> tricks().forEach((how, trick) -> {
                    String inner = trick.apply(secret);
                    assertThat(inner).as(how).isNotEqualTo(secret);
                    all.add(new Hidden(what + " behind " + how + ", clear", inner, true));
                    all.add(new Hidden(what + " behind " + how + ", opaque", inner, false));
                }));
        // At the root such a header section is refused.
        String tooMuch = ("X: " + "y".repeat(90_000) + "\r\n").repeat(13);
        String emptyLines = "\r\n".repeat(600_000);
        secrets().forEach((what, secret) -> {
            all.add(new Hidden(what + " behind more than the limit", tooMuch + secret, false));
            all.add(new Hidden(what + " behind empty lines", emptyLines + secret, false));
        });
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("hidden")
    void nothingIsClaimedOpenedOrTakenOff(Hidden hidden) {
        TestRoad road = new TestRoad(STRIP);
        String message = hidden.message();

        List<?> replies = road.send(Letter.inbound(LMTP, Parties.ALICE), message);

        assertThat(replies).isEqualTo(List.of(RecordingDelivery.ACCEPTED));
        assertThat(road.audited(done -> done.protection().signature()).getFirst())
                .startsWith("unverifiable STRUCTURE_AMBIGUOUS");
        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(sent.trace().replace("\r\n ", " "))
                .contains("smime=neutral reason=\"structure ambiguous\"")
                .doesNotContain("pass");
        assertThat(sent.octets()).isEqualTo(TestRoad.octets(message));
    }

    /** Without this, the tests above would not show that anything was hidden. */
    @Test
    void whatIsNotHiddenIsFound() {
        for (boolean isClear : new boolean[] {true, false}) {
            secrets().forEach((what, secret) -> {
                TestRoad road = new TestRoad(STRIP);

                road.send(Letter.inbound(LMTP, Parties.ALICE), new Hidden(what, secret, isClear).message());

                assertThat(road.audited(done -> done.protection().signature()).getFirst())
                        .as(what)
                        .matches(verdict -> what.endsWith("none") == verdict.contains("STRUCTURE_AMBIGUOUS"));
            });
        }
    }

    /** Such content is read as if its lines ended in CRLF, which is what was signed. */
    @Test
    void linesThatAllEndInLineFeedsAreReadAsLines() {
        String good = clearEntity(ENTITY, detached(ENTITY, BOB));
        String wrong = good.replace("100", "900");

        assertThat(verdict(opaque(FROM_BOB, attached(feeds(good), BOB)))).isEqualTo("valid (1 valid, 1/2 valid)");
        assertThat(verdict(opaque(FROM_BOB, attached(feeds(wrong), BOB))))
                .isEqualTo("invalid CONTENT_ALTERED (1 valid, 1/2 invalid CONTENT_ALTERED)");
        assertThat(verdict(opaque(FROM_BOB, attached(feeds(OTHER_FROM), BOB)))).isEqualTo("invalid HEADER_MISMATCH");
        String inClear = feeds(wrong);
        assertThat(verdict(outer(inClear))).startsWith("invalid");
    }

    /** A repaired copy would not be what was signed for every program. */
    @Test
    void contentOfMixedLinesKeepsItsSignature() {
        String content = ENTITY + "one\ntwo\r\n";
        TestRoad road = new TestRoad(STRIP);

        String message = opaque(FROM_BOB, attached(content, BOB));

        road.send(Letter.inbound(LMTP, Parties.ALICE), message);

        assertThat(road.sent().getFirst().octets()).isEqualTo(TestRoad.octets(message));
    }

    /** All programs that look for layers read text that was signed without a header section in the same way. */
    @Test
    void textWithoutAHeaderSectionIsStillSigned() {
        for (String text : List.of("Hello Alice\r\n", "Hello:\r\n\r\nAlice\r\n", "\r\nHello\r\n", "")) {
            assertThat(verdict(opaque(FROM_BOB, attached(text, BOB)))).as(text).isEqualTo("valid");
            assertThat(verdict(clear(FROM_BOB, text, detached(text, BOB))))
                    .as(text)
                    .isEqualTo("valid");
        }
    }

    private static String feeds(String entity) {
        return entity.replace("\r\n", "\n");
    }

    private static String verdict(String message) {
        TestRoad road = new TestRoad();
        road.send(Letter.inbound(LMTP, Parties.ALICE), message);
        return road.audited(done -> done.protection().signature()).getFirst();
    }
}
