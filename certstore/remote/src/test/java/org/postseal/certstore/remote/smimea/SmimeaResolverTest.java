package org.postseal.certstore.remote.smimea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.remote.smimea.SmimeaSettings.Transport;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SMIMEARecord;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.dnssec.ValidatingResolver;

/** Asks servers that lie, send garbage or refuse, about a zone {@code test.} that is known to be signed. */
class SmimeaResolverTest {
    private static final SmimeaName NAME =
            SmimeaName.of(MailAddress.of("alice@example.test")).orElseThrow();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-06-01T00:00:00Z"), ZoneOffset.UTC);
    private static final Name ZONE = Name.fromConstantString("test.");

    @TempDir
    Path directory;

    @Test
    void anUnsignedAnswerWithTheAuthenticBitIsNotBelieved() throws Exception {
        assertFailure(
                query -> query.getQuestion().getType() == Type.SMIMEA
                        ? forgedRecord(query)
                        : refusal(query, Rcode.REFUSED),
                "name server answers REFUSED");
    }

    // The validator forgets that its own question failed if the answer is negative.
    @Test
    void aForgedAbsenceIsNoAbsenceWhenItsProofCannotBeHad() throws Exception {
        assertFailure(
                query -> query.getQuestion().getType() == Type.SMIMEA
                        ? forgedAbsence(query, false)
                        : refusal(query, Rcode.SERVFAIL),
                "indeterminate, nothing proves the answer or that its zone is unsigned");
    }

    // The validator of dnsjava writes its reason into a section of the answer. It drops that section of the server's
    // answer first, and everything depends on that.
    @Test
    void aServerCannotSayTheReasonForTheValidator() throws Exception {
        assertFailure(
                query -> query.getQuestion().getType() == Type.SMIMEA
                        ? forgedAbsence(query, true)
                        : refusal(query, Rcode.SERVFAIL),
                "indeterminate, nothing proves the answer or that its zone is unsigned");
    }

    @ParameterizedTest
    @ValueSource(ints = {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.FORMERR, Rcode.NOTIMP})
    void aRefusalIsNamed(int code) throws Exception {
        assertFailure(query -> refusal(query, code), "name server answers " + Rcode.string(code));
    }

    @Test
    void aRefusalMovesOnToTheNextServerAndStaysThere() throws Exception {
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        try (FakeNameServer refusing = new FakeNameServer(query -> {
                    first.incrementAndGet();
                    return refusal(query, Rcode.SERVFAIL);
                });
                FakeNameServer answering = new FakeNameServer(query -> {
                    second.incrementAndGet();
                    return forgedAbsence(query, false);
                })) {
            SmimeaResolver resolver = resolver(refusing.address(), answering.address());
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> resolver.resolve(NAME)).isInstanceOf(StoreUnavailableException.class);
            }
            assertThat(first).hasValue(1);
            assertThat(second).hasValueGreaterThan(2);
        }
    }

    @Test
    void recordDataTooShortForItsFieldsIsMalformed() throws Exception {
        try (FakeNameServer server = new FakeNameServer(query -> {
            byte[] answer = forgedRecord(query);
            // The record comes last: 2 octets of length, then 3 of fields and 1 of data. Only 2 of these 4 are left.
            byte[] cut = Arrays.copyOf(answer, answer.length - 2);
            cut[cut.length - 3] = 2;
            return cut;
        })) {
            assertThatThrownBy(() -> resolver(server.address()).resolve(NAME))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageStartingWith("SMIMEA " + NAME + ": malformed answer: ");
        }
    }

    @Test
    void nobodyThereIsSaid() throws Exception {
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), FakeNameServer.closedPort());
        long start = System.nanoTime();
        assertThatThrownBy(() -> resolver(Duration.ofMillis(900), nobody).resolve(NAME))
                .isInstanceOf(StoreUnavailableException.class)
                .message()
                .matches("SMIMEA " + NAME + ": (time-out|no name server could be asked: .*)");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void silenceEndsAtTheTimeLimit() throws Exception {
        try (FakeNameServer silent = new FakeNameServer(query -> null)) {
            long start = System.nanoTime();
            assertThatThrownBy(() ->
                            resolver(Duration.ofMillis(900), silent.address()).resolve(NAME))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessage("SMIMEA " + NAME + ": time-out");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    private void assertFailure(Function<Message, byte @Nullable []> answers, String what) throws IOException {
        try (FakeNameServer server = new FakeNameServer(answers)) {
            SmimeaResolver resolver = resolver(server.address());
            assertThatThrownBy(() -> resolver.resolve(NAME))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessage("SMIMEA " + NAME + ": " + what);
        }
    }

    private SmimeaResolver resolver(InetSocketAddress... servers) throws IOException {
        return resolver(Duration.ofSeconds(20), servers);
    }

    private SmimeaResolver resolver(Duration limit, InetSocketAddress... servers) throws IOException {
        Path anchors = Files.writeString(directory.resolve("anchors"), "test. IN DS 1 13 2 " + "00".repeat(32) + "\n");
        return SmimeaResolver.of(
                new SmimeaSettings(List.of(servers), Optional.of(anchors), Transport.TCP, limit), CLOCK);
    }

    private static byte[] forgedRecord(Message query) {
        Message answer = answer(query, Rcode.NOERROR);
        Name name = query.getQuestion().getName();
        answer.addRecord(new SMIMEARecord(name, DClass.IN, 60, 3, 0, 0, new byte[] {1}), Section.ANSWER);
        return answer.toWire();
    }

    private static byte[] forgedAbsence(Message query, boolean withReason) {
        Message answer = answer(query, Rcode.NXDOMAIN);
        answer.addRecord(new SOARecord(ZONE, DClass.IN, 60, ZONE, ZONE, 1, 1, 1, 1, 1), Section.AUTHORITY);
        if (withReason) {
            answer.addRecord(
                    new TXTRecord(Name.root, ValidatingResolver.VALIDATION_REASON_QCLASS, 0, "it is unsigned"),
                    Section.ADDITIONAL);
        }
        return answer.toWire();
    }

    private static byte[] refusal(Message query, int code) {
        return answer(query, code).toWire();
    }

    private static Message answer(Message query, int code) {
        Message answer = new Message(query.getHeader().getID());
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        answer.getHeader().setFlag(Flags.AD);
        answer.getHeader().setRcode(code);
        return answer;
    }
}
