package org.postseal.policy.deciding;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.settings.Settings;

/** Finds the mailbox policies for the sender of one message. Used once. */
final class SenderLevels {
    private final Policy policy;
    private final Facts facts;
    private final Direction direction;
    private final Asked gathered;

    SenderLevels(Policy policy, Facts facts, Direction direction, Asked gathered) {
        this.policy = policy;
        this.facts = facts;
        this.direction = direction;
        this.gathered = gathered;
    }

    /** The groups of our own sender that a directory server knows, if a mailbox policy depends on them. */
    sealed interface Groups {
        record Known(Set<String> groups) implements Groups {}

        record NotKnown(String why) implements Groups {}
    }

    Groups groups() {
        Set<String> groups = new HashSet<>();
        Optional<MailAddress> sender = isOurOwn() ? gathered.sender().filter(policy::isInternal) : Optional.empty();
        if (sender.isPresent()) {
            for (String group : policy.mailboxPolicies()
                    .withPolicy(policy.groups().inDirectory().keySet())) {
                switch (gathered.member(sender.get(), group)) {
                    case Truth.Yes _ -> groups.add(group);
                    case Truth.No _ -> {}
                    case Truth.NotKnown(String why) -> {
                        return new Groups.NotKnown(why);
                    }
                }
            }
        }
        return new Groups.Known(groups);
    }

    Settings levels(Set<String> groups) {
        if (!facts.originMaySubmit() || direction == Direction.INBOUND) {
            return policy.mailboxPolicies().organisation().withoutRequirements();
        }
        if (facts.from().isPresent() && !fromIsOurs()) {
            return policy.mailboxPolicies().organisation().withoutSignature();
        }
        // What is sent on cannot be signed here. The levels still ask for encryption, since anybody can write the trace
        // field by which it is known.
        return facts.isWrittenHere() ? ofSender(groups) : ofSender(groups).withoutSignature();
    }

    private Settings ofSender(Set<String> groups) {
        return gathered.sender()
                .filter(policy::isInternal)
                .map(sender -> policy.mailboxPolicies().of(sender, groups))
                .orElse(policy.mailboxPolicies().organisation());
    }

    private boolean isOurOwn() {
        return facts.originMaySubmit()
                && direction != Direction.INBOUND
                && (facts.from().isEmpty() || fromIsOurs());
    }

    boolean fromIsOurs() {
        return facts.from().filter(policy::isInternal).isPresent();
    }
}
