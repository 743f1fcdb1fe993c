package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.PolicyText;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.write.AuditLogs;
import org.postseal.gateway.console.SampleLog.Sample;
import org.postseal.gateway.console.http.Page;
import org.postseal.policy.outcome.Reason;

/** Tests the pages, without a browser. */
@Tag("thorough")
final class ConsolePagesTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:34:56Z");
    private static final long ONE_FILE = 256L << 20;
    private static final String EVIL = "<script>alert(1)</script>\"' onload=x javascript:alert(2) \u202Eevil";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/?period=90d",
                "/search",
                "/message?id=Q1",
                "/explain",
                "/policy",
                "/certificates",
                "/troubleshooting",
                "/times",
                "/style.css",
                "/nowhere"
            })
    void everyAnswerForbidsEverything(String target) throws IOException {
        Page page = console(List.of(Sample.delivered(NOW, "Q1", "a@example.com", "b@x.example")))
                .ask(target);
        assertThat(page.fields())
                .containsEntry(
                        "content-security-policy",
                        "default-src 'none'; style-src 'self'; img-src 'self';"
                                + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
                .containsEntry("x-frame-options", "DENY")
                .containsEntry("referrer-policy", "no-referrer")
                .containsEntry("cross-origin-resource-policy", "same-origin");
        assertThat(page.status()).isEqualTo(target.equals("/nowhere") ? 404 : 200);
    }

    @Test
    void whatTheOverviewCountsIsWhatTheLogSays() throws IOException {
        Instant earlier = NOW.minusSeconds(3600);
        Sample first = Sample.delivered(earlier, "Q1", "a@example.com", "b@x.example");
        SampleConsole console = console(List.of(
                first,
                Sample.delivered(NOW, "Q2", "a@example.com", "b@x.example"),
                SampleLog.refused(first, "reject", Reason.NO_RECIPIENT_CERTIFICATE),
                Sample.delivered(NOW.minusSeconds(30 * 3600), "Q3", "a@example.com", "b@x.example")));

        assertThat(console.html("/")).contains("a message to three people counts three times");
        List<List<String>> rows = Html.rows(console.html("/"));
        assertThat(rows)
                .contains(
                        List.of("2026-11-26 11:00", "1", "0", "0", "0", "1"),
                        List.of("2026-11-26 12:00", "1", "0", "0", "0", "0"),
                        List.of("No recipient certificate What to do", "1", ""),
                        List.of("signed SHA256", "2", ""));
        assertThat(Html.rows(console.html("/?period=7d"))).contains(List.of("signed SHA256", "3", ""));
    }

    @Test
    void whatLeftInClearAndWhatStayedClosedIsCounted() throws IOException {
        Sample clear =
                Sample.delivered(NOW, "Q1", "a@example.com", "b@X.example").left("clear");
        SampleConsole console = console(List.of(
                clear,
                clear,
                Sample.delivered(NOW, "Q2", "a@example.com", "b@y.example").left("signed")));
        Files.writeString(
                folder.resolve("audit.jsonl"),
                "{\"@timestamp\":\"" + NOW + "\",\"event.action\":\"recipient-done\",\"event.outcome\":\"success\","
                        + "\"postseal.direction\":\"inbound\",\"postseal.incoming\":\"kept_closed\","
                        + "\"postseal.closed\":\"no_key\",\"postseal.left\":\"as_it_came\",\"postseal.came\":\"clear\"}\n",
                StandardOpenOption.APPEND);
        String html = console.html("/");
        assertThat(Html.rows(html))
                .contains(List.of("x.example", "2", ""))
                .contains(List.of("No key of the recipient fits What to do", "1", ""))
                .noneMatch(row -> row.getFirst().equals("y.example"));
        assertThat(console.html("/search?since=2026-11-01")).contains("kept closed: No key of the recipient fits");
        assertThat(html).contains("&amp;address=x.example\"", "about=mail-that-is-delivered-as-it-came\"");
    }

    @Test
    void aDamagedFileHidesNoOtherRecord() throws IOException {
        SampleConsole console = console(List.of(Sample.delivered(NOW, "Q1", "a@example.com", "b@x.example")));
        Files.writeString(folder.resolve("audit-000000000001.jsonl.gz"), "no gzip");
        for (int i = 0; i < 2; i++) {
            assertThat(console.html("/"))
                    .contains("Not all of the log can be read", "audit-000000000001.jsonl.gz cannot be read: ");
        }
        assertThat(Html.rows(console.html("/"))).contains(List.of("2026-11-26 12:00", "1", "0", "0", "0", "0"));
        assertThat(console.html("/search?address=b@x.example")).contains("Q1");
    }

    @Test
    void whatWasOnlyObservedIsNotCountedAsMade() throws IOException {
        SampleConsole console = console(List.of());
        for (String decided : List.of(
                "\"postseal.decision\":\"deliver\",\"postseal.protection\":\"encrypted AES256 RSA_PKCS1\"",
                "\"postseal.decision\":\"redirect\",\"postseal.reason\":\"CONTENT_SUSPICIOUS\"")) {
            Files.writeString(
                    folder.resolve("audit.jsonl"),
                    "{\"@timestamp\":\"" + NOW
                            + "\",\"event.action\":\"recipient-done\","
                            + "\"event.outcome\":\"success\",\"postseal.queue_id\":\"QO\","
                            + decided + ",\"postseal.reply\":\"250 2.0.0 Ok\",\"postseal.mode\":\"observe\"}\n",
                    StandardOpenOption.APPEND);
        }
        List<List<String>> rows = Html.rows(console.html("/"));
        assertThat(rows).contains(List.of("2026-11-26 12:00", "2", "0", "0", "0", "0"));
        assertThat(rows).contains(List.of("(relayed under observe)", "2", ""));
        assertThat(rows.stream().flatMap(List::stream))
                .doesNotContain("encrypted AES256 RSA_PKCS1", "CONTENT_SUSPICIOUS");
        assertThat(console.html("/message?id=QO"))
                .contains("relayed under observe, would be: encrypted AES256 RSA_PKCS1", "Protection that would leave")
                .doesNotContain("Protection that leaves");
    }

    @Test
    void withoutTheKeyOfHashesASearchByAddressSaysSo() throws IOException {
        String key = "audit: { addresses: hashed, addressKey: address.key }\n";
        Files.writeString(folder.resolve("address.key"), "k".repeat(32));
        AuditConfig hashed = SampleConsole.config(folder, key).audit();
        try (AuditLog log = AuditLogs.open(hashed, () -> NOW)) {
            log.append(List.of(Sample.delivered(NOW, "Q1", "alice@example.com", "b@x.example")
                    .event()));
        }
        SampleConsole without = SampleConsole.over(folder, "", NOW);
        assertThat(without.html("/search?address=alice@example.com"))
                .contains("may not read their key")
                .doesNotContain("Q1");
        assertThat(without.html("/search?address=x.example")).contains("Q1").doesNotContain("may not read their key");
        assertThat(SampleConsole.over(folder, key, NOW).html("/search?address=alice@example.com"))
                .contains("Q1")
                .doesNotContain("may not read their key");
    }

    @Test
    void aStoryHasTheConnectionsTheSignerAndTheTimes() throws IOException {
        SampleConsole console = console(List.of());
        // The fields have the names of docs/audit.md
        String tls = "\"tls.version\":\"1.3\",\"tls.cipher\":\"TLS_ONE\",\"tls.client.subject\":\"CN=mx.example.com\"";
        String hop = "\"destination.address\":\"192.0.2.25\",\"destination.port\":2525,"
                + "\"postseal.next_hop.tls.version\":\"1.2\",\"postseal.next_hop.tls.cipher\":\"TLS_TWO\","
                + "\"postseal.next_hop.tls.server.subject\":\"CN=hop\","
                + "\"postseal.next_hop.tls.verified\":true";
        String x509 = "\"postseal.x509.sha256\":\"00ff\",\"x509.serial_number\":\"0F1E\","
                + "\"x509.subject.distinguished_name\":\"CN=Alice\","
                + "\"x509.issuer.distinguished_name\":\"CN=Ours\","
                + "\"x509.not_before\":\"2026-01-01T00:00:00Z\","
                + "\"x509.not_after\":\"2027-01-01T00:00:00Z\",\"x509.public_key_algorithm\":\"EC\"";
        Files.writeString(
                folder.resolve("audit.jsonl"),
                "{\"@timestamp\":\"" + NOW
                        + "\",\"event.action\":\"recipient-done\",\"event.outcome\":\"success\","
                        + "\"event.duration\":12300000,\"postseal.queue_id\":\"Q7\","
                        + String.join(",", tls, hop, x509) + ",\"postseal.stages\":{\"seal\":1040000}}\n",
                StandardOpenOption.APPEND);
        assertThat(console.html("/message?id=Q7"))
                .contains("TLS_ONE", "CN=mx.example.com", "192.0.2.25", "2525", "TLS_TWO", "CN=hop", "verified</dt>")
                .contains("CN=Alice", "CN=Ours", "0F1E", "2026-01-01 00:00:00 UTC", "2027-01-01 00:00:00 UTC", "00ff")
                .contains("12.3 ms", "seal 1.04 ms");
    }

    @Test
    void aStoryHasTheRuleThatDecidedAsItWasThen() throws IOException {
        SampleConsole console = console(List.of());
        PolicyText policy = PolicyText.of("""
                mailboxPolicies:
                  default:
                    enforcement: exact
                rules:
                  - id: rest
                    then: mailboxPolicy # <b>
                """.getBytes(UTF_8));
        AuditEvent done = Records.by(
                policy.sha256(), Records.done(NOW, "Q8", "<8@x>", "alice@example.com", "b@x.example", "rest"));
        try (AuditLog log = AuditLogs.open(AuditConfig.of(folder.resolve("audit.jsonl")), () -> NOW)) {
            log.append(List.of(Records.read(NOW, "policy-loaded", policy), done));
        }
        assertThat(console.html("/message?id=Q8"))
                .contains("<span>    5    - id: rest\n</span>"
                        + "<span>    6      then: mailboxPolicy # &lt;b&gt;\n</span>"
                        + "<span>\n</span>"
                        + "<span>    2    default:\n</span>")
                .contains("href=\"policy?sha256=" + policy.sha256() + "\"");
        Path kept = folder.resolve("audit-evidence").resolve(policy.sha256() + ".yaml");
        Files.writeString(kept, "rules:\n  - id: rest\n");
        assertThat(SampleConsole.over(folder, "", NOW).html("/message?id=Q8"))
                .contains("The kept text is NOT that of the policy that decided: somebody has changed it.")
                .contains("href=\"policy?sha256=" + policy.sha256() + "\"")
                .doesNotContain("- id: rest\n");
        Files.delete(kept);
        assertThat(SampleConsole.over(folder, "", NOW).html("/message?id=Q8")).doesNotContain("<pre");
    }

    @Test
    void anEmptyLogIsNoFault() throws IOException {
        SampleConsole console = console(List.of());
        assertThat(console.html("/")).contains("No message in the last 24 hours.");
        assertThat(console.html("/search?address=x")).contains("No record fits.");
        assertThat(console.ask("/message?id=none").status()).isEqualTo(404);
        Files.delete(folder.resolve("audit.jsonl"));
        assertThat(console.ask("/").status()).isEqualTo(200);
        assertThat(console.ask("/search").status()).isEqualTo(200);
    }

    @Test
    void aFragmentFindsTheRecordAndItsStory() throws IOException {
        SampleConsole console = console(List.of(
                Sample.delivered(NOW.minusSeconds(9), "Q1", "alice@example.com", "bob@partner.example"),
                Sample.delivered(NOW.minusSeconds(5), "Q2", "alice@example.com", "ann@bank.example")));

        String found = console.html("/search?address=PARTNER");
        assertThat(Html.rows(found))
                .containsExactly(List.of(
                        "2026-11-26 12:34:47 UTC",
                        "delivered",
                        "alice@example.com",
                        "bob@partner.example",
                        "signed SHA256",
                        "Q1 <Q1@test>"));
        assertThat(found).contains("href=\"message?id=Q1\"");

        String story = console.html("/message?id=Q1");
        assertThat(story)
                .contains("<li>rule outbound matches</li>")
                .contains("<dt>Certificates used</dt>\n<dd>signer:" + "3f".repeat(32) + "</dd>")
                .contains("<dd class=\"state verified\">Verified: its file fits together")
                .doesNotContain("ann@bank.example");
    }

    @Test
    void aWholeAddressOrDomainComesBeforeWhatContainsIt() throws IOException {
        SampleConsole console = console(List.of(
                Sample.delivered(NOW, "Q1", "alice@example.com", "bob@partner.example"),
                Sample.delivered(NOW, "Q2", "alice@example.com", "jim.bob@partner.example"),
                Sample.delivered(NOW, "Q3", "alice@example.com", "ann@sub.partner.example")));
        assertThat(found(console, "address=bob@partner.example")).containsExactly("Q1");
        assertThat(found(console, "address=ob@partner.example")).containsExactly("Q2", "Q1");
        assertThat(found(console, "address=partner.example")).containsExactly("Q2", "Q1");
        assertThat(found(console, "address=artner.example")).containsExactly("Q3", "Q2", "Q1");
        assertThat(found(console, "message=Q3")).containsExactly("Q3");
        assertThat(found(console, "message=q3@TES&address=ann")).containsExactly("Q3");
        assertThat(found(console, "message=alice")).as("is no part of an id").isEmpty();
    }

    /** As for {@code audit query}, checkpoints and the like are no records of mail. */
    @Test
    void linesOfTheChainAreNoRecords() throws IOException {
        SampleConsole console =
                console(List.of(Sample.delivered(NOW, "Q1", "alice@example.com", "bob@partner.example")));
        assertThat(Files.readString(folder.resolve("audit.jsonl"))).contains("chain-segment", "chain-checkpoint");
        assertThat(found(console, "since=2020-01-01")).containsExactly("Q1");
    }

    private static List<String> found(SampleConsole console, String query) {
        return Html.rows(console.html("/search?" + query)).stream()
                .map(row -> row.getLast().replaceFirst(" .*", ""))
                .toList();
    }

    @Test
    void aChangedRecordIsNotVerified() throws IOException {
        SampleConsole console = console(List.of(
                Sample.delivered(NOW, "Q1", "alice@example.com", "bob@partner.example"),
                Sample.delivered(NOW, "Q2", "alice@example.com", "ann@bank.example")));
        Path log = folder.resolve("audit.jsonl");
        Files.writeString(log, Files.readString(log).replace("ann@bank.example", "ann@rank.example"));

        assertThat(console.html("/message?id=Q2"))
                .contains("<dd class=\"state broken\">NOT VERIFIED: something in its file does not fit.</dd>")
                .doesNotContain("state verified");
    }

    @Test
    void pageByPageEveryRecordIsShownOnce() throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 230; i++) {
            samples.add(Sample.delivered(NOW.minusSeconds(1000 - i), "Q" + i, "a@example.com", "b@x.example"));
        }
        SampleConsole console = SampleConsole.of(folder, samples, 64 << 10, NOW);
        assertThat(new LogFiles(folder.resolve("audit.jsonl")).newestFirst()).hasSizeGreaterThan(1);

        List<String> shown = new ArrayList<>();
        Optional<String> next = Optional.of("/search?address=x.example");
        while (next.isPresent()) {
            String html = console.html(next.get());
            Html.rows(html).forEach(row -> shown.add(row.getLast().replaceFirst(" .*", "")));
            next = Html.next(html);
        }
        List<String> expected = new ArrayList<>();
        for (int i = 229; i >= 0; i--) {
            expected.add("Q" + i);
        }
        assertThat(shown).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 100})
    void theLastPageIsNotEmpty(int count) throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(Sample.delivered(NOW.minusSeconds(1000 - i), "Q" + i, "a@example.com", "b@x.example"));
        }
        // Neither of these two records matches
        samples.add(Sample.delivered(NOW, "R", "a@example.com", "c@y.example"));
        samples.addFirst(Sample.delivered(NOW.minusSeconds(2000), "R", "a@example.com", "c@y.example"));
        SampleConsole console = console(samples);
        for (String asked : List.of("x.example", "b@x.exampl")) {
            String html = console.html("/search?address=" + asked);
            for (int page = 50; page < count; page += 50) {
                html = console.html(Html.next(html).orElseThrow());
            }
            assertThat(Html.rows(html)).as(asked).hasSize(50);
            assertThat(html).as(asked).doesNotContain("Older records");
        }
    }

    @Test
    void textOfStrangersIsText() throws IOException {
        SampleConsole console = console(List.of(new Sample(
                NOW,
                "Q1",
                "<" + EVIL + "@x>",
                EVIL + "@example.com",
                "b@x.example",
                "deliver",
                EVIL,
                Optional.empty(),
                "250 " + EVIL)));
        String evil = URLEncoder.encode(EVIL, UTF_8);
        for (String target : List.of(
                "/",
                "/search?address=example.com",
                "/search?message=" + evil + "&rule=" + evil + "&since=" + evil,
                "/message?id=Q1",
                "/message?id=" + evil,
                "/policy?address=" + evil,
                "/certificates?address=" + evil + "&source=" + evil + "&expires=" + evil + "&after=" + evil,
                "/certificates?source=" + evil,
                "/certificate?sha256=" + evil,
                "/troubleshooting?about=" + evil,
                "/times?zone=" + evil,
                "/explain?from=" + evil + "&to=" + evil + "&subject=" + evil + "&certificate=" + evil,
                "/" + evil)) {
            String html = console.html(target);
            assertThat(html).as(target).doesNotContain("<script").doesNotContain("\u202E");
            assertThat(tags(html)).as(target).noneMatch(tag -> tag.matches("(?s).*\\son[a-z]+\\s*=.*"));
        }
        assertThat(console.html("/message?id=Q1")).contains("250 &lt;script&gt;alert(1)&lt;/script&gt;");
    }

    @Test
    void aDecisionIsExplainedAsByTheCommand() throws IOException {
        SampleConsole console = console(List.of());
        String html =
                console.html("/explain?from=alice%40example.com&to=ann%40bank.example&certificate=missing&key=soft");
        assertThat(html)
                .contains("<dt>decision</dt>\n<dd>reject</dd>")
                .contains("<dt>reason</dt>\n<dd>No recipient certificate</dd>")
                .contains("<code>certificate=missing</code>");
        assertThat(Html.rows(html)).contains(List.of("bank", "matches, direction, recipientDomain"));

        assertThat(console.html("/explain?from=alice%40example.com&to=bob%40partner.example"))
                .contains("<dt>decision</dt>\n<dd>deliver</dd>");
        assertThat(Html.rows(console.html("/explain?from=alice%40example.com&to=bob%40partner.example")))
                .contains(
                        List.of("bank", "no, recipientDomain does not hold"),
                        List.of("rest", "matches, always"),
                        List.of("RequireSignedSMIMEMessages", "true", "organisation: mailbox policy default"));
        Page wrong = console.ask("/explain?from=nobody&to=bob%40partner.example&certificate=usable");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(new String(wrong.body(), UTF_8)).contains("Sender: write a mail address");
    }

    @Test
    void aBrokenPolicyIsSaidToBe() throws IOException {
        SampleConsole console = console(List.of());
        Files.writeString(folder.resolve("policy.yaml"), "version: 1\nrulez: []\n");
        assertThat(console.html("/explain"))
                .contains("The policy file cannot be used")
                .contains("rulez");
    }

    private SampleConsole console(List<Sample> samples) throws IOException {
        return SampleConsole.of(folder, samples, ONE_FILE, NOW);
    }

    private static List<String> tags(String html) {
        return Pattern.compile("<[a-z][^>]*>")
                .matcher(html.replaceAll("=\"[^\"]*\"", "=\"\""))
                .results()
                .map(MatchResult::group)
                .toList();
    }
}
