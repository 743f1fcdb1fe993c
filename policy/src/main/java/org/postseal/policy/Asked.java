package org.postseal.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailAddress;

/** What the conditions of one decision look at. It remembers who was found in which group, and whether a condition looked under an encryption. Used once. */
final class Asked {
    private final Facts facts;
    private final Direction direction;
    private final DirectoryFacts directory;
    private final Map<Question, Truth> answers = new HashMap<>();
    private boolean lookedInside;

    Asked(Facts facts, Direction direction, DirectoryFacts directory) {
        this.facts = facts;
        this.direction = direction;
        this.directory = directory;
    }

    Facts facts() {
        return facts;
    }

    Direction direction() {
        return direction;
    }

    /** The single From address; without one, the reverse path. */
    Optional<MailAddress> sender() {
        return facts.from().or(facts::envelopeSender);
    }

    /** Whether somebody is in a group that a directory server knows. */
    Truth member(MailAddress who, String group) {
        return answers.computeIfAbsent(
                new Question(who, group), question -> switch (directory.member(question.who(), question.group())) {
                    case DirectoryFacts.Membership.Member _ -> Truth.of(true);
                    case DirectoryFacts.Membership.NotMember _ -> Truth.of(false);
                    case DirectoryFacts.Membership.LookupFailed(String why) ->
                        new Truth.NotKnown("whether " + who + " is in group " + group + ": " + why);
                });
    }

    /** For a condition on the signature: the facts of a signature that may have been found under an encryption. */
    Facts.Existing signature() {
        lookedInside |= isEncrypted();
        return facts.existing();
    }

    boolean isEncrypted() {
        return facts.content() == Facts.Content.ENCRYPTED;
    }

    /** Whether what a key of ours opened has had a say in which rule matches. */
    boolean lookedInside() {
        return lookedInside;
    }

    private record Question(MailAddress who, String group) {}
}
