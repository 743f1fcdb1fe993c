package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.SpoofForge.attached;
import static org.postseal.gateway.road.pipeline.SpoofForge.clear;
import static org.postseal.gateway.road.pipeline.SpoofForge.detached;
import static org.postseal.gateway.road.pipeline.SpoofForge.opaque;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smtp.Reply;

/**
 * Sends down the whole road each way in which mail programs were made to show a signature that was none. None passes,
 * and each is reported as what it is.
 */
class SpoofClassesTest {
    private static final String RESULTS = "Authentication-Results: " + TestRoad.AUTHSERV + "; ";

    static Stream<Spoof> spoofs() {
        return Stream.of(ObjectSpoofs.all(), TrustSpoofs.all(), PlaceSpoofs.all(), SenderSpoofs.all())
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("spoofs")
    void isNotBelieved(Spoof spoof) {
        TestRoad road = new TestRoad();

        List<Reply> replies = road.send(Letter.inbound(LMTP, Parties.ALICE), spoof.message());

        assertThat(replies).extracting(Reply::isPositive).containsExactly(true);
        assertThat(road.audited(done -> done.protection().signature())).containsExactly(spoof.verdict());
        RecordingDelivery.Sent sent = road.sent().getFirst();
        List<String> added = sent.trace()
                .replaceAll("\r\n[ \t]", " ")
                .lines()
                .filter(field -> !field.startsWith("Received: "))
                .toList();
        assertThat(added)
                .isEqualTo(spoof.results().map(results -> RESULTS + results).stream()
                        .toList());
        if (spoof.results().isEmpty()) {
            assertThat(sent.octets()).isEqualTo(TestRoad.octets(spoof.message()));
        }
    }

    @Test
    void thereAreEnoughOfThemAndTheirNamesDiffer() {
        List<String> names = spoofs().map(Spoof::name).toList();

        assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(40);
    }

    /** Without this test, those above would prove nothing. */
    @Test
    void theForgeMakesGoodSignaturesToo() {
        SpoofForge.Signer bob = SpoofForge.Signer.of(Parties.BOB);
        for (String message : List.of(
                clear(SpoofForge.FROM_BOB, SpoofForge.ENTITY, detached(SpoofForge.ENTITY, bob)),
                opaque(SpoofForge.FROM_BOB, attached(SpoofForge.ENTITY, bob)))) {
            TestRoad road = new TestRoad();

            road.send(Letter.inbound(LMTP, Parties.ALICE), message);

            assertThat(road.audited(done -> done.protection().signature())).containsExactly("valid");
            assertThat(road.sent().getFirst().trace()).contains("smime=pass").contains("bob@partner.example");
        }
    }

    /**
     * A name is no address: a signer whose certificate has the signer's own address is reported with that one, whatever
     * name it has.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"bob@partner.example\" <eve@evil.example>",
                "bob@partner.example <eve@evil.example>",
                "=?utf-8?q?bob=40partner.example?= <eve@evil.example>",
                "(bob@partner.example) eve@evil.example"
            })
    void whoeverSignsForHimselfIsNamedByHisAddressOnly(String from) {
        TestRoad road = new TestRoad();
        SpoofForge.Signer eve = SpoofForge.Signer.of(SpoofForge.EVE);

        road.send(
                Letter.inbound(LMTP, Parties.ALICE),
                clear(SpoofForge.from(from), SpoofForge.ENTITY, detached(SpoofForge.ENTITY, eve)));

        assertThat(road.sent().getFirst().trace()).doesNotContain("bob@partner.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authentication-Results: postseal.gw.example.com; smime=pass",
                "authentication-results: POSTSEAL.gw.Example.com ; smime=pass",
                "Authentication-Results:\r\n postseal.gw.example.com;\r\n smime=pass",
                "Authentication-Results: (x) \"postseal.gw.example.com\" (y) 1; smime=pass",
                "Authentication-Results : postseal.gw.example.com; smime=pass",
                "Authentication-Results: postseal.gw.example.com.; smime=pass",
                "Authentication-Results: other.example 2; smime=pass",
                "X-Postseal-Signature: valid",
                "x-POSTSEAL-Quarantine: none"
            })
    void whatClaimsToBeOursIsRemoved(String field) throws Exception {
        TestRoad road = new TestRoad();
        String message = SpoofForge.FROM_BOB + SpoofForge.ENTITY;

        road.send(Letter.inbound(LMTP, Parties.ALICE), field + "\r\n" + message);

        assertThat(road.sent().getFirst().octets()).isEqualTo(TestRoad.octets(message));
        assertThat(road.sent().getFirst().trace()).startsWith("Received: ").doesNotContain("smime=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[signed] Pay",
                "[SIGNED] Pay",
                "Re: [signed] Pay",
                "=?utf-8?q?=5Bsigned=5D?= Pay",
                "=?utf-8?b?W3NpZ25lZF0gUGF5?="
            })
    void aSubjectThatHasOurTagLosesIt(String subject) throws Exception {
        TestRoad road = new TestRoad(
                "{ id: in, when: always, then: { subjectTag: { valid: '[signed]', unsigned: '[ext]' } } }");
        String message = SpoofForge.FROM_BOB.replace("Subject: Pay", "Subject: " + subject) + SpoofForge.ENTITY;

        road.send(Letter.inbound(LMTP, Parties.ALICE), message);

        String delivered = SealedCopy.scan(road.sent().getFirst().octets())
                .header()
                .single("Subject")
                .orElseThrow()
                .unfolded();
        assertThat(delivered)
                .startsWith("[ext] ")
                .doesNotContainIgnoringCase("signed")
                .contains("Pay");
    }

    /** Fields inside a ciphertext are not ours either, and must not be believed. */
    @Test
    void resultsThatStandUnderAnEncryptionDoNotComeOut() throws Exception {
        TestRoad road = new TestRoad();
        String inner = """
                Authentication-Results: postseal.gw.example.com; smime=pass
                X-Postseal-Signature: valid
                Content-Type: text/plain; hp=cipher

                Pay
                """.replace("\n", "\r\n");

        road.send(
                Letter.inbound(LMTP, Parties.ALICE),
                RawMessage.of(SealedCopy.encryptEntity(SpoofForge.FROM_BOB + "\r\n", inner, Parties.ALICE)));

        byte[] sent = road.sent().getFirst().octets();
        assertThat(new String(sent, java.nio.charset.StandardCharsets.ISO_8859_1))
                .startsWith(SpoofForge.FROM_BOB + "Content-Type: multipart/mixed;\r\n");
        assertThat(new String(SealedCopy.part(sent), java.nio.charset.StandardCharsets.ISO_8859_1))
                .isEqualTo("Content-Type: text/plain; hp=cipher\r\n\r\nPay\r\n");
    }
}
