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

/** One message to one or several recipients, and what must come of it. Immutable. */
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

    /** In its file, from 1. */
    public int line() {
        return line;
    }

    public String name() {
        return name;
    }

    /** In the order given. */
    public List<MailAddress> recipients() {
        return recipients;
    }

    /** Why the message of a file would never come to a policy; there are no facts then. */
    public Optional<MessageFiles.Reading.Refused> refused() {
        return message.refused();
    }

    /** What is known for one of the recipients. */
    public Facts facts(RuleSet policy, MailAddress recipient) {
        return message.facts(recipient, policy::isInternal);
    }

    /** What the case's directory answers for facts of this case. */
    public DirectoryFacts directory(Facts facts) {
        return directory.factsFor(facts.recipient(), facts.message().from(), message.encryptedFor());
    }

    /** What the policy makes of it for one of the recipients. */
    public Outcome outcome(RuleSet policy, MailAddress recipient) {
        Optional<MessageFiles.Reading.Refused> refused = message.refused();
        if (refused.isPresent()) {
            return Outcome.refused(refused.get().reason(), refused.get().detail());
        }
        Supposed supposed = supposed(policy, recipient);
        Ruling ruling = policy.decide(supposed.facts(), directory(supposed.facts()));
        return Outcome.of(ruling, supposed.facts(), supposed.handling(ruling));
    }

    /** Returns the outcome for a recipient with what led to it. */
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

    /** Runs it. */
    public Result run(RuleSet policy) {
        List<OfRecipient> results = new ArrayList<>();
        for (MailAddress recipient : recipients) {
            Outcome outcome = outcome(policy, recipient);
            Expectation expectation = expected.getOrDefault(recipient, Expectation.NOTHING);
            results.add(new OfRecipient(recipient, outcome, expectation.differences(outcome)));
        }
        return new Result(this, results);
    }

    /** What came of a case. */
    public record Result(PolicyCase ofCase, List<OfRecipient> recipients) {
        public Result {
            recipients = List.copyOf(recipients);
        }

        /** True when everything that was expected came. */
        public boolean isPassed() {
            return recipients.stream().allMatch(each -> each.differences().isEmpty());
        }
    }

    /** What came for one recipient. */
    public record OfRecipient(MailAddress recipient, Outcome outcome, List<Expectation.Difference> differences) {
        public OfRecipient {
            differences = List.copyOf(differences);
        }
    }
}
