package org.postseal.gateway.admin.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.write.JsonAuditLog;
import org.postseal.policy.cases.CaseFile;
import org.postseal.policy.cases.MessageFiles;
import org.postseal.policy.cases.PolicyCase;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.record.DirectoryLog;
import org.postseal.policy.record.FactsText;

/**
 * Writes an audit log as a gateway with this policy would have written it for the messages of cases. The messages are
 * {@code <1@example.com>} and so on, an hour apart, from 2026-01-01 on.
 */
final class AuditRecords {
    private AuditRecords() {}

    static void write(Path log, String policyText, String casesText) throws IOException {
        RuleSet policy = ((RuleSet.Loaded) RuleSet.read("policy.yaml", policyText)).ruleSet();
        CaseFile.Reading reading = CaseFile.read("cases.yaml", casesText, MessageFiles.none());
        assertThat(reading).isInstanceOf(CaseFile.Reading.Loaded.class);
        List<AuditEvent> events = new ArrayList<>();
        Instant time = Instant.parse("2026-01-01T00:00:00Z");
        int number = 0;
        for (PolicyCase each : ((CaseFile.Reading.Loaded) reading).file().cases()) {
            number++;
            for (MailAddress recipient : each.recipients()) {
                events.add(event(policy, each.facts(policy, recipient), each, number, time));
            }
            time = time.plus(Duration.ofHours(1));
        }
        try (JsonAuditLog audit = JsonAuditLog.open(log)) {
            audit.append(events);
        }
    }

    private static AuditEvent event(RuleSet policy, Facts facts, PolicyCase each, int number, Instant time) {
        DirectoryLog asked = new DirectoryLog(each.directory(facts));
        Ruling ruling = policy.decide(facts, asked);
        return new AuditEvent.RecipientDone(
                time,
                Records.message(
                        "Q" + number,
                        Optional.of("<" + number + "@example.com>"),
                        "127.0.0.1",
                        "<"
                                + facts.message()
                                        .envelopeSender()
                                        .map(MailAddress::toString)
                                        .orElse("") + ">",
                        facts.recipient().toString(),
                        facts.message().size()),
                Records.decision(
                        "outbound",
                        policy.sha256(),
                        ruling.explanation().rule(),
                        ruling.explanation().mailboxPolicy(),
                        "deliver",
                        Optional.empty(),
                        ruling.explanation().steps(),
                        Optional.of(new AuditEvent.Decided(FactsText.of(facts), asked.answers(), List.of()))),
                Records.protection("", "", "unsigned"),
                Records.delivery(Optional.empty(), Optional.empty(), "250 2.0.0 Ok"),
                Optional.empty());
    }
}
