package org.postseal.gateway.audit.write;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.postseal.certstore.Secret;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditConfigs;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.Records;
import org.slf4j.LoggerFactory;

@Isolated("listens to a logger of the whole process")
final class MessageLineTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.postseal.gateway.message");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    @Test
    void aMessageHasOneLineWithItsQueueIdFirst() throws IOException {
        append(
                AuditConfig.of(folder.resolve("audit.jsonl")),
                done("Q1", "ann@ours.example", "bob@partner.example", "250 2.0.0 Ok", Optional.empty()),
                done("Q1", "ann@ours.example", "eve@other.example", "550 5.7.1 no", Optional.of("POLICY_REFUSED")),
                done("Q1", "ann@ours.example", "ben@partner.example", "250 2.0.0 Ok", Optional.empty()),
                done("Q2", "", "bob@partner.example", "451 4.3.0 later", Optional.of("INTERNAL_ERROR")),
                new AuditEvent.NoticeSent(NOON, "Q1", "ann@ours.example", "250 2.0.0 Ok"));
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "Q1: upstream=UQ1 client=192.0.2.1 from=<ann@ours.example> size=4711 dir=outbound delay=0.25"
                                + " to=<bob@partner.example>,<ben@partner.example> decision=deliver"
                                + " relay=192.0.2.25:25 dsn=2.0.0 status=sent"
                                + " to=<eve@other.example> decision=reject reason=POLICY_REFUSED"
                                + " relay=192.0.2.25:25 dsn=5.7.1 status=refused",
                        "Q2: upstream=UQ2 client=192.0.2.1 from=<> size=4711 dir=outbound delay=0.25"
                                + " to=<bob@partner.example> decision=reject reason=INTERNAL_ERROR"
                                + " relay=192.0.2.25:25 dsn=4.3.0 status=deferred");
        assertThat(lines.list.getFirst().getKeyValuePairs())
                .singleElement()
                .satisfies(pair -> assertThat(pair.key + " " + pair.value).isEqualTo("queueId Q1"));
    }

    @Test
    void aSenderWritesNoFieldOfHisOwn() throws IOException {
        append(
                AuditConfig.of(folder.resolve("audit.jsonl")),
                done(
                        "Q1",
                        "\"x> status=sent\n2026 INFO\"@evil.example",
                        "\"a,<b>\u009b\u2028\u202e\u007f\"@evil.example",
                        "250 2.0.0 Ok",
                        Optional.empty()));
        assertThat(lines.list.getFirst().getFormattedMessage())
                .contains(
                        " from=<\"x\\u003e\\u0020status=sent\\u000a2026\\u0020INFO\"@evil.example> ",
                        " to=<\"a\\u002c\\u003cb\\u003e\\u009b\\u2028\\u202e\\u007f\"@evil.example> ");
    }

    @Test
    void manyRecipientsAreCounted() throws IOException {
        append(
                AuditConfig.of(folder.resolve("audit.jsonl")),
                IntStream.range(0, 50)
                        .mapToObj(i -> done(
                                "Q1", "ann@ours.example", "r" + i + "@b.example", "250 2.0.0 Ok", Optional.empty()))
                        .toArray(AuditEvent[]::new));
        assertThat(lines.list.getFirst().getFormattedMessage())
                .contains(",<r19@b.example>,+30 decision=")
                .doesNotContain("r20@");
    }

    @Test
    void addressesAreHashedWhereTheRecordsHaveThemSo() throws IOException {
        AuditConfig plain = AuditConfig.of(folder.resolve("audit.jsonl"));
        Path key = Files.writeString(folder.resolve("address.key"), "0123456789abcdef0123456789abcdef\n");
        AuditConfig hashed = AuditConfigs.hashed(plain, Secret.read(key));
        append(hashed, done("Q1", "ann@ours.example", "bob@partner.example", "250 2.0.0 Ok", Optional.empty()));
        assertThat(lines.list.getFirst().getFormattedMessage())
                .doesNotContain("ann@", "bob@")
                .containsPattern(" from=<hmac-[0-9a-f]{32}@ours.example> ")
                .containsPattern(" to=<hmac-[0-9a-f]{32}@partner.example> ");
    }

    private static void append(AuditConfig config, AuditEvent... events) throws IOException {
        try (AuditLog log = AuditLogs.open(config, () -> NOON)) {
            log.append(List.of(events));
        }
    }

    private static AuditEvent.RecipientDone done(
            String queueId, String sender, String recipient, String reply, Optional<String> reason) {
        AuditEvent.RecipientDone usual = Records.done(
                NOON, queueId, "<1@ours.example>", sender, recipient, reason.isPresent() ? "refuse" : "rest");
        return new AuditEvent.RecipientDone(
                usual.time(),
                usual.message(),
                new AuditEvent.Decision(
                        usual.decision().direction(),
                        usual.decision().policySha256(),
                        usual.decision().policyEpoch(),
                        usual.decision().rule(),
                        usual.decision().mailboxPolicy(),
                        usual.decision().word(),
                        reason,
                        usual.decision().detail(),
                        usual.decision().steps(),
                        List.of(),
                        usual.decision().basis(),
                        false,
                        Optional.empty()),
                usual.protection(),
                new AuditEvent.Delivery(
                        Optional.of(1),
                        Optional.empty(),
                        Optional.empty(),
                        reply,
                        List.of(),
                        Optional.of(new AuditEvent.NextHopSession("192.0.2.25", 25, Optional.empty(), false))),
                Optional.of(new AuditEvent.Times(250_000_000, Map.of())));
    }
}
