package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.Secret;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditConfigs;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.search.AuditQuery;
import org.postseal.gateway.audit.search.AuditSearch;
import org.postseal.gateway.audit.search.FoundPage;
import org.postseal.gateway.audit.write.AuditLogs;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.policy.outcome.Reason;

/** Messages with odd addresses go down the whole road, into a log without addresses. */
class HashedRecordsTest {
    private static final String SENDER = "SRS0=ab=cd=other.example=Carol@example.com";
    private static final List<String> RECIPIENTS = List.of(
            "\"John Smith\"@partner.example",
            "o'Brien+tag@partner.example",
            "jürgen@partner.example",
            "\"a@zebra\"@partner.example",
            "xavier@[192.0.2.9]");

    @TempDir
    private Path folder;

    @Test
    void noAddressStandsInTheFileAndEachIsFound() throws IOException {
        AuditConfig config = config();
        List<AuditEvent> events = new ArrayList<>(road());
        events.add(new AuditEvent.NoticeSent(Parties.NOW, "Q1", "alice@example.com", "550 alice is away"));
        events.add(new AuditEvent.DirectoryChanged(
                Parties.NOW, "root", "cert-pin", "address:alice@example.com", List.of("for alice@example.com")));
        try (AuditLog log = AuditLogs.open(config, () -> Parties.NOW)) {
            log.append(events);
        }
        String values = values(config.file()) + values(config.adminFile());
        assertThat(values.toLowerCase(Locale.ROOT))
                .contains("partner.example", "<20261126.4711@example.com>", "hmac-", "hashed")
                .doesNotContain("john", "smith", "brien", "rgen", "zebra", "xavier", "alice", "carol", "liddell");
        assertThat(Files.readString(config.file()))
                .contains("x509.serial_number", "x509.issuer")
                .doesNotContain("x509.subject");
        AuditSearch search = AuditSearch.of(config);
        for (String recipient : RECIPIENTS) {
            assertThat(found(search, recipient)).as(recipient).isEqualTo(1);
        }
        assertThat(found(search, SENDER.toUpperCase(Locale.ROOT))).isEqualTo(RECIPIENTS.size());
        assertThat(found(search, "partner.example")).isEqualTo(4);
        assertThat(found(search, "someone@partner.example")).isZero();
    }

    /** Over SMTP there is one reply, which names one of the recipients and stands in the records of all. */
    @Test
    void noRecordNamesAnotherRecipient() throws IOException {
        AuditConfig config = config();
        TestRoad road = new TestRoad("{ id: all, when: always, then: { sign: required, encrypt: never } }");
        MailAddress[] to = Stream.of("ann@partner.example", "john@partner.example")
                .map(MailAddress::of)
                .toArray(MailAddress[]::new);
        NextHop.Outcome refusal = refused("5.1.1 john: no such user");
        road.delivery().answer(List.of(List.of(refusal, refusal)));
        road.send(Letter.submitted(TestRoad.SMTP, to), TestRoad.toAll("ann@partner.example, john@partner.example"));
        try (AuditLog log = AuditLogs.open(config, () -> Parties.NOW)) {
            log.append(new ArrayList<>(road.audit().events()));
        }
        assertThat(values(config.file()).toLowerCase(Locale.ROOT))
                .contains("no such user")
                .doesNotContain("john", "ann");
    }

    private static List<AuditEvent.RecipientDone> road() {
        TestRoad road = new TestRoad("{ id: all, when: always, then: { sign: required, encrypt: never } }");
        MailAddress[] to = RECIPIENTS.stream().map(MailAddress::of).toArray(MailAddress[]::new);
        road.delivery()
                .answer(List.of(List.of(
                        refused("5.1.1 <\"John Smith\"@partner.example>: no such user john smith"),
                        accepted("queued for o'brien+TAG"),
                        refused("see http://spf.example/?id=j%C3%BCrgen%40partner.example or ask jürgen"),
                        refused("\"a@zebra\"@partner.example; rfc822;xavier+40partner.example"),
                        accepted("xavier"))));
        Letter letter = Letter.submitted(TestRoad.LMTP, to).from(new ReversePath.Mailbox(MailAddress.of(SENDER)));
        Peer.Tls tls = new Peer.Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", Optional.of("CN=Alice Liddell"));
        String message = TestRoad.message(
                "From: \"Alice Liddell\" <alice@example.com>\nMessage-ID: <20261126.4711@example.com>\n", "Hello\n");
        road.send(SessionTextTest.over(tls, letter.answeredFor()), RawMessage.of(TestRoad.octets(message)));
        return road.audit().events();
    }

    private static NextHop.Outcome refused(String text) {
        return new NextHop.Outcome(
                Reply.of(550, "5.1.1", text), false, Optional.of(Reason.NEXT_HOP_REFUSED), Optional.of(text));
    }

    private static NextHop.Outcome accepted(String text) {
        return new NextHop.Outcome(Reply.of(250, "2.0.0", text), true);
    }

    private static int found(AuditSearch search, String address) throws IOException {
        AuditQuery query = AuditQuery.where().address(Optional.of(address)).query();
        return (int) search.find(query, FoundPage.Paging.first(100)).lines().stream()
                .filter(AuditLine::isRecipientDone)
                .count();
    }

    /** Returns the values as a reader of JSON sees them. */
    private static String values(Path file) throws IOException {
        StringBuilder values = new StringBuilder();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            AuditLine.read(line).orElseThrow().fields().forEach((name, all) -> {
                // Some hundred random letters have any short word in them now and then.
                if (!name.equals("postseal.chain.signature")) {
                    values.append(all).append('\n');
                }
            });
        }
        return values.toString();
    }

    private AuditConfig config() {
        AuditConfig plain = AuditConfig.of(folder.resolve("audit.jsonl"));
        return AuditConfigs.hashed(plain, Secret.of(new byte[32]));
    }
}
