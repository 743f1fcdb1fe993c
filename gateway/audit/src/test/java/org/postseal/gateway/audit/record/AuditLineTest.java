package org.postseal.gateway.audit.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.Records;

class AuditLineTest {
    @Test
    void whatTheLogWritesIsReadAgain() {
        Map<String, List<String>> facts = new LinkedHashMap<>();
        facts.put("origin", List.of("submission"));
        facts.put("traits", List.of("calendar", "reply"));
        facts.put("signerIssuer", List.of("CN=\"A\\B\" \u202e\u0000,O=Ünïcödé 🔑"));
        AuditLine line = read(done(Optional.of(new AuditEvent.Decided(
                facts, List.of("key=usable", "member:staff:a@example.com=notMember"), List.of()))));
        assertThat(line.isRecipientDone()).isTrue();
        assertThat(line.isCut()).isFalse();
        assertThat(line.facts()).isEqualTo(facts);
        assertThat(line.directory()).containsExactly("key=usable", "member:staff:a@example.com=notMember");
        assertThat(line.first("email.to.address")).contains("b@out.example");
        assertThat(line.first("postseal.size")).contains("4711");
        assertThat(line.first("postseal.reason")).isEmpty();
        assertThat(line.all("postseal.steps")).containsExactly("one", "two");
    }

    @Test
    void aDecisionWithoutAPolicyHasNoFacts() {
        AuditLine line = read(done(Optional.empty()));
        assertThat(line.facts()).isEmpty();
        assertThat(line.directory()).isEmpty();
    }

    @Test
    void aFactThatWasCutIsNotKnown() {
        AuditLine line = read(done(Optional.of(
                new AuditEvent.Decided(Map.of("signerIssuer", List.of("x".repeat(2000))), List.of(), List.of()))));
        assertThat(line.isCut()).isTrue();
    }

    @Test
    void otherEventsAreTold() {
        AuditLine line = read(new AuditEvent.DirectoryChanged(
                Instant.EPOCH, "root", "cert-pin", "address:a@example.com", List.of("why")));
        assertThat(line.isRecipientDone()).isFalse();
        assertThat(line.first("event.action")).contains("cert-pin");
    }

    @Test
    void jsonThatSomebodyElseWroteIsReadToo() {
        assertThat(AuditLine.read(" { \"@timestamp\" : \"t\" , \"event.action\":\"x\\u00e9\\/\\n\", \"n\": -1.5e+3,\n"
                                + "\"list\":[ 1 , \"b\", true, null ], \"none\": null, \"empty\": [] } ")
                        .orElseThrow()
                        .fields())
                .isEqualTo(Map.of(
                        "@timestamp", List.of("t"),
                        "event.action", List.of("xé/\n"),
                        "n", List.of("-1.5e+3"),
                        "list", List.of("1", "b", "true"),
                        "none", List.of(),
                        "empty", List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"@timestamp\":\"t\"}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\"",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\"} x",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"event.action\":\"y\"}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"a\":{\"b\":{\"c\":1}}}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"a\":{\"b\":1},\"a.b\":2}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"a\":[{\"b\":1}]}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"a\":[[1]]}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"a\":01}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"a\":yes}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"a\":NaN}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"a\":+1}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"a\":.5}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"a\":5.}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"a\":[1,]}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",/* */\"a\":1}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"a\":\"\t\"}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"a\":\"\\u\uff1100\uff10\"}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\"}{}",
                "\ufeff{\"@timestamp\":\"t\",\"event.action\":\"x\"}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\\q\"}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\\u12g4\"}",
                "{\"@timestamp\":\"t\",\"event.action\":\"x\\",
                "{'@timestamp':'t'}"
            })
    void whatIsNoRecordIsNone(String line) {
        assertThat(AuditLine.read(line)).isEmpty();
    }

    @Test
    void timesAreThoseThatWereWritten() {
        Map<String, Long> stages = new LinkedHashMap<>();
        stages.put("intake", 5L);
        stages.put("seal", 1_234_567L);
        AuditEvent.RecipientDone plain =
                Records.done(Instant.EPOCH, "Q1", "<1@ours.example>", "a@ours.example", "b@out.example", "rest");
        assertThat(AuditLine.read(new String(AuditFormat.line(plain), StandardCharsets.UTF_8))
                        .orElseThrow()
                        .duration())
                .isEmpty();
        AuditLine line = AuditLine.read(
                        "{\"@timestamp\":\"t\",\"event.action\":\"x\",\"event.duration\":1300000,\"postseal.stages\":"
                                + "{\"intake\":5,\"seal\":1234567},\"z\":1}")
                .orElseThrow();
        assertThat(line.duration()).contains(1_300_000L);
        assertThat(line.stages()).isEqualTo(stages);
        assertThat(line.first("z")).contains("1");
    }

    private static AuditLine read(AuditEvent event) {
        String text = new String(AuditFormat.line(event), StandardCharsets.UTF_8);
        assertThat(text).endsWith("}\n").hasLineCount(1);
        return AuditLine.read(text).orElseThrow();
    }

    private static AuditEvent done(Optional<AuditEvent.Decided> decided) {
        return new AuditEvent.RecipientDone(
                Instant.parse("2026-01-02T03:04:05Z"),
                Records.message(
                        "Q1", Optional.of("<1@example.com>"), "192.0.2.1", "<a@example.com>", "b@out.example", 4711),
                Records.decision(
                        "outbound",
                        "00ff",
                        "rest",
                        "default",
                        "deliver",
                        Optional.empty(),
                        List.of("one", "two"),
                        decided),
                Records.protection("clear", "as_received", "unsigned"),
                Records.delivery(Optional.of(1), Optional.empty(), "250 2.0.0 Ok"),
                Optional.empty());
    }
}
