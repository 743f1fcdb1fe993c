package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.pipeline.AlteredCiphertext.Failure;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;

/**
 * A person who sends altered ciphertext over and over learns nothing. There is the same reply, the same octets are
 * passed on, and no notice is sent, whether a content key cannot be recovered, is that of another message, or the
 * content was altered (RFC 3218; CVE-2019-1563). With {@code -Dpostseal.oracle.full} twenty thousand of each are sent,
 * and the differences of their times are printed as Welch's t. The test does not assert that value, since other
 * programs use the machine too.
 */
@Tag("thorough")
class DecryptionOracleTest {
    private static final boolean IS_FULL = System.getProperty("postseal.oracle.full") != null;
    private static final int SAMPLES = IS_FULL ? 20_000 : 60;

    @ParameterizedTest
    @EnumSource
    void everyFailureLooksTheSame(AlteredCiphertext.Kind kind) throws Exception {
        AlteredCiphertext ciphertexts = AlteredCiphertext.of(kind);
        CertificateStore store = store(ciphertexts);
        assertOpens(store, ciphertexts.unaltered());
        Random random = new Random(20261126);
        Map<Failure, List<Long>> times = new EnumMap<>(Failure.class);
        for (int i = 0; i < SAMPLES; i++) {
            // All are made before any is sent, and each is as often the first, so that other load of the machine
            // affects all alike.
            List<Altered> altered = new ArrayList<>();
            for (Failure failure : Failure.values()) {
                altered.add(new Altered(failure, ciphertexts.altered(failure, random)));
            }
            Collections.shuffle(altered, random);
            for (Altered each : altered) {
                times.computeIfAbsent(each.failure(), _ -> new ArrayList<>()).add(send(store, each.message()));
            }
        }
        System.out.printf("oracle %s: %d of each, %s%n", kind, SAMPLES, text(times));
    }

    /** Anybody can tell whether a point is on the curve, so the time may differ; nothing else does. */
    @ParameterizedTest
    @EnumSource(names = {"P256_CBC", "P256_GCM"})
    void withoutAnEphemeralKeyToo(AlteredCiphertext.Kind kind) throws Exception {
        AlteredCiphertext ciphertexts = AlteredCiphertext.of(kind);
        CertificateStore store = store(ciphertexts);
        assertOpens(store, ciphertexts.unaltered());
        Random random = new Random(20261126);
        for (int i = 0; i < SAMPLES; i++) {
            assertThat(send(store, ciphertexts.withoutEphemeralKey(random))).isPositive();
        }
    }

    /** An attacker who fills the gate learns no more: correct ciphertext is deferred, and so is every other. */
    @ParameterizedTest
    @EnumSource
    void aFullGateLooksTheSameToo(AlteredCiphertext.Kind kind) throws Exception {
        AlteredCiphertext ciphertexts = AlteredCiphertext.of(kind);
        CertificateStore store = store(ciphertexts);
        Random random = new Random(20261127);
        assertPutOff(store, ciphertexts.unaltered());
        for (Failure failure : Failure.values()) {
            for (int i = 0; i < 4; i++) {
                assertPutOff(store, ciphertexts.altered(failure, random));
            }
        }
    }

    private static void assertPutOff(CertificateStore store, byte[] message) throws Exception {
        OctetGate gate = new OctetGate(1 << 20);
        TestRoad road = new TestRoad(store);
        try (OctetGate.Hold ours = gate.enter(message.length).orElseThrow();
                OctetGate.Hold others = gate.enter(0).orElseThrow();
                OctetGate.Hold beyond = gate.enter(0).orElseThrow();
                Spool.Scope scope =
                        new Spool.Factory(Path.of(System.getProperty("java.io.tmpdir")), 1 << 20, gate).open()) {
            others.grow((1 << 20) - message.length);
            beyond.grow(1);
            scope.countIn(ours);
            List<Reply> replies =
                    road.road().receive(Letter.inbound(LMTP, Parties.ALICE).envelope(), RawMessage.of(message), scope);
            assertThat(replies).isEqualTo(List.of(Reply.of(Reason.TOO_MUCH_UNDER_WAY)));
        }
        assertThat(road.sent()).isEmpty();
    }

    private record Altered(Failure failure, byte[] message) {}

    private static String text(Map<Failure, List<Long>> times) {
        List<String> parts = new ArrayList<>();
        times.forEach((failure, nanoseconds) -> parts.add("%s %.1f us".formatted(failure, median(nanoseconds))));
        times.forEach((one, mine) -> times.forEach((other, others) -> {
            if (one.compareTo(other) < 0) {
                parts.add("Welch t %s to %s %.2f".formatted(one, other, WelchTest.t(trimmed(mine), trimmed(others))));
            }
        }));
        return String.join(", ", parts);
    }

    private static CertificateStore store(AlteredCiphertext ciphertexts) {
        return new AlteredStore() {
            @Override
            public List<KeyHandle> decryptionKeys(MailAddress recipient) {
                return List.of(ciphertexts.reader());
            }
        };
    }

    private static void assertOpens(CertificateStore store, byte[] message) {
        TestRoad road = new TestRoad(store);
        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(message));
        assertThat(road.sent().getFirst().unit()).isInstanceOf(Sendable.Opened.class);
    }

    /** Returns the nanoseconds from the message to the reply. */
    private static long send(CertificateStore store, byte[] message) throws Exception {
        TestRoad road = new TestRoad(store);
        Letter letter = Letter.inbound(LMTP, Parties.ALICE);
        RawMessage raw = RawMessage.of(message);

        long start = System.nanoTime();
        List<?> replies = road.send(letter, raw);
        long end = System.nanoTime();

        assertThat(replies).isEqualTo(List.of(Delivered.ACCEPTED));
        assertThat(road.sent()).hasSize(1);
        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(SealedCopy.attached(sent.octets())).isEqualTo(message);
        assertThat(sent.envelope().recipients())
                .containsExactly(new Recipient(Parties.ALICE, Optional.of("FAILURE"), Optional.empty()));
        assertThat(sent.envelope().parameters()).isEqualTo(letter.parameters().withRet(MailParameters.Ret.HDRS));
        assertThat(sent.trace()).isEqualTo(TRACE);
        // Only we see the record, which says what was found.
        assertThat(road.audited(done -> done.decision().reason())).isEqualTo(List.of(Optional.empty()));
        return end - start;
    }

    private static double median(List<Long> nanoseconds) {
        return nanoseconds.stream().sorted().toList().get(nanoseconds.size() / 2) / 1e3;
    }

    /**
     * Returns the times without the first tenth, in which the machine warms up, and without the slowest twentieth of
     * the others, which the scheduler causes.
     */
    private static double[] trimmed(List<Long> nanoseconds) {
        List<Long> warm = nanoseconds.subList(nanoseconds.size() / 10, nanoseconds.size());
        return warm.stream()
                .sorted()
                .limit(warm.size() - warm.size() / 20)
                .mapToDouble(Long::doubleValue)
                .toArray();
    }

    private static final String TRACE = """
            Authentication-Results: postseal.gw.example.com; smime=none
            Received: from mx.example.com ([192.0.2.1]) by gw.example.com with LMTP
             (postseal-origin=outside) id Q1 for <alice@example.com>; Tue, 24 Nov 2026
             12:00:00 +0000
            """.replace("\n", "\r\n");
}
