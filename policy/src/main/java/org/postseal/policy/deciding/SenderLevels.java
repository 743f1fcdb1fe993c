package org.postseal.policy.deciding;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
    private @Nullable Levels found;

    SenderLevels(Policy policy, Facts facts, Direction direction, Asked gathered) {
        this.policy = policy;
        this.facts = facts;
        this.direction = direction;
        this.gathered = gathered;
    }

    /** The settings for the sender. They depend on the groups of ours that a directory server knows. */
    sealed interface Levels {
        /** @param settings those of the sender, and over them what the recipient reads as a partner */
        record Known(Settings settings) implements Levels {}

        record NotKnown(String why) implements Levels {}
    }

    /** Returns the settings. If several of our users may be the sender, the stricter setting counts. */
    Levels levels() {
        Levels known = found;
        if (known == null) {
            known = find();
            found = known;
        }
        return known;
    }

    private Levels find() {
        Map<MailAddress, Set<String>> groups = new HashMap<>();
        for (MailAddress sender : ours()) {
            Set<String> member = new HashSet<>();
            for (String group : policy.mailboxPolicies()
                    .withPolicy(policy.groups().inDirectory().keySet())) {
                switch (gathered.member(sender, group)) {
                    case Truth.Yes _ -> member.add(group);
                    case Truth.No _ -> {}
                    case Truth.NotKnown(String why) -> {
                        return new Levels.NotKnown(why);
                    }
                }
            }
            groups.put(sender, member);
        }
        return new Levels.Known(levels(groups));
    }

    private Settings levels(Map<MailAddress, Set<String>> groups) {
        Settings levels = ofLevels(groups);
        return policy.isInternal(facts.recipient())
                ? levels
                : policy.mailboxPolicies().partners().over(levels, facts.recipient());
    }

    private Settings ofLevels(Map<MailAddress, Set<String>> groups) {
        if (!isOwnMail()) {
            return policy.mailboxPolicies().organisation().withoutRequirements();
        }
        // Mail that is sent on cannot be signed here, nor mail of which nobody knows who submits it. The levels still
        // ask for its encryption, because anybody can write the trace field that marks it as sent on, and a null
        // reverse path.
        boolean isSubmitterKnown = facts.envelopeSender().isPresent() || facts.isAuthorSubmitting();
        return facts.isWrittenHere() && isSubmitterKnown
                ? ofSender(groups)
                : ofSender(groups).withoutSignature();
    }

    /** Says what is odd about the sender. */
    void tell(Steps steps) {
        tellFrom(steps);
        tellAuthors(steps);
    }

    private void tellFrom(Steps steps) {
        if (facts.originMaySubmit() && !facts.isWrittenHere()) {
            steps.add("it came from outside before and is sent on: never signed");
        }
        if (!facts.originMaySubmit() && fromIsOurs()) {
            steps.add("suspicious: From " + facts.from().get()
                    + " is internal, but the origin may not submit for it; never signed");
        } else if (direction == Direction.OUTBOUND && facts.from().isPresent() && !fromIsOurs()) {
            steps.add("From " + facts.from().get()
                    + " is outside: never signed; of mailbox policies only default counts");
        }
    }

    private void tellAuthors(Steps steps) {
        if (!facts.message().author().isComplete()) {
            steps.add("mail programs may show any author: a rule that demands, refuses or redirects counts everybody,"
                    + " every other rule and every unless nobody,"
                    + " and of mailbox policies the strictest settings count");
            return;
        }
        if (gathered.isSenderAnybody()) {
            steps.add("a server may know anybody by the sender's address: a rule on the sender that demands encryption"
                    + " counts everybody, and of mailbox policies the strictest encryption counts");
        }
        if (facts.message().author().isUnclear() || gathered.senders().size() > 1) {
            steps.add((facts.message().author().isUnclear()
                            ? "mail programs may show different authors:"
                            : "MAIL FROM is another internal address than From, or an address has another name:")
                    + " a rule that demands, refuses or redirects counts each of "
                    + gathered.senders().stream().map(MailAddress::toString).collect(Collectors.joining(", "))
                    + ", every other rule and every unless needs all of them,"
                    + " and of mailbox policies the stricter setting counts");
        }
    }

    private Settings ofSender(Map<MailAddress, Set<String>> groups) {
        if (!facts.message().author().isComplete()) {
            return policy.mailboxPolicies().strictest();
        }
        Optional<Settings> ofOurs = ours().stream()
                .map(sender -> policy.mailboxPolicies().of(sender, groups.getOrDefault(sender, Set.of())))
                .reduce(Settings::stricter);
        Settings settings = ofOurs.orElseGet(policy.mailboxPolicies()::organisation);
        boolean isForeign = facts.from().isPresent()
                && !fromIsOurs()
                && (ofOurs.isEmpty() || !facts.message().author().isUnclear());
        Settings ofNamed = isForeign ? settings.withoutSignature() : settings;
        return gathered.isSenderAnybody()
                ? ofNamed.stricter(policy.mailboxPolicies().strictest().withoutSignature())
                : ofNamed;
    }

    /** Returns our users who may be the sender. */
    private List<MailAddress> ours() {
        return isOwnMail()
                ? gathered.senders().stream().filter(policy::isInternal).toList()
                : List.of();
    }

    private boolean isOwnMail() {
        return facts.originMaySubmit() && direction != Direction.INBOUND;
    }

    boolean fromIsOurs() {
        return facts.from().filter(policy::isInternal).isPresent();
    }
}
