package org.postseal.policy.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;

/** One message to one or several recipients, with the outcome that each must have. Immutable. */
public final class PolicyCase {
    private final int line;
    private final String name;
    private final CaseMessage message;
    private final List<MailAddress> recipients;
    private final CaseDirectory directory;
    private final Map<MailAddress, Expectation> expected;

    PolicyCase(
            int line,
            String name,
            CaseMessage message,
            List<MailAddress> recipients,
            CaseDirectory directory,
            Map<MailAddress, Expectation> expected) {
        this.line = line;
        this.name = name;
        this.message = message;
        this.recipients = List.copyOf(recipients);
        this.directory = directory;
        this.expected = Map.copyOf(expected);
    }

    /** Returns the line in its file, from 1. */
    public int line() {
        return line;
    }

    public String name() {
        return name;
    }

    public List<MailAddress> recipients() {
        return recipients;
    }

    /**
     * Returns why the gateway would refuse the message of a file before it asks a policy; the case has no facts then.
     */
    public Optional<MessageFiles.Reading.Refused> refused() {
        return message.refused();
    }

    public Facts facts(RuleSet policy, MailAddress recipient) {
        return message.facts(recipient, policy::isInternal);
    }

    public DirectoryFacts directory(Facts facts) {
        return directory.factsFor(facts.recipient(), facts.message().from(), message.encryptedFor());
    }

    public Outcome outcome(RuleSet policy, MailAddress recipient) {
        Optional<MessageFiles.Reading.Refused> refused = message.refused();
        if (refused.isPresent()) {
            return Outcome.refused(refused.get().reason(), refused.get().detail());
        }
        Supposed supposed = supposed(policy, recipient);
        Ruling ruling = policy.decide(supposed.facts(), directory(supposed.facts()));
        return Outcome.of(ruling, supposed.facts(), supposed.handling(ruling), supposed.left(ruling));
    }

    public ExplainedOutcome explained(RuleSet policy, MailAddress recipient) {
        if (refused().isPresent()) {
            return new ExplainedOutcome(recipient, outcome(policy, recipient), Optional.empty());
        }
        Supposed supposed = supposed(policy, recipient);
        return ExplainedOutcome.decide(policy, supposed, directory(supposed.facts()));
    }

    private Supposed supposed(RuleSet policy, MailAddress recipient) {
        Facts facts = facts(policy, recipient);
        return message.supposed(policy, facts, directory(facts));
    }

    /** Runs the case and compares each outcome with its expectation. */
    public Result run(RuleSet policy) {
        List<OfRecipient> results = new ArrayList<>();
        for (MailAddress recipient : recipients) {
            Outcome outcome = outcome(policy, recipient);
            Expectation expectation = expected.getOrDefault(recipient, Expectation.NOTHING);
            results.add(new OfRecipient(recipient, outcome, expectation.differences(outcome)));
        }
        return new Result(this, results);
    }

    public record Result(PolicyCase ofCase, List<OfRecipient> recipients) {
        public Result {
            recipients = List.copyOf(recipients);
        }

        public boolean isPassed() {
            return recipients.stream().allMatch(each -> each.differences().isEmpty());
        }
    }

    public record OfRecipient(MailAddress recipient, Outcome outcome, List<Expectation.Difference> differences) {
        public OfRecipient {
            differences = List.copyOf(differences);
        }
    }
}
