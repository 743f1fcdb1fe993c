package org.postseal.policy.cases;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;

/**
 * The message of a case. Each line sets something in a {@link Draft}; the lines of the defaults come first. Immutable.
 *
 * @param refused why the gateway would refuse the message of a file before it asks a policy
 */
record CaseMessage(List<Consumer<Draft>> lines, Optional<MessageFiles.Reading.Refused> refused) {
    static final CaseMessage NOTHING = new CaseMessage(List.of(), Optional.empty());

    CaseMessage over(CaseMessage defaults) {
        return new CaseMessage(
                Stream.concat(defaults.lines.stream(), lines.stream()).toList(), refused.or(() -> defaults.refused));
    }

    Facts facts(MailAddress recipient, Predicate<MailAddress> isInternal) {
        return draft().facts(recipient, isInternal);
    }

    /** Returns the addresses that the message is encrypted for; if empty, it is encrypted for every recipient. */
    Set<MailAddress> encryptedFor() {
        return draft().encryptedFor;
    }

    /**
     * Returns what is supposed about the message. If a case names no cipher, it stands for one that is opened; a
     * message from a file has a cipher of its own.
     */
    Supposed supposed(RuleSet policy, Facts facts, DirectoryFacts directory) {
        Draft draft = draft();
        return Supposed.of(policy, facts, directory, draft.file.isEmpty(), draft.isOldWrap);
    }

    private Draft draft() {
        Draft draft = new Draft();
        lines.forEach(line -> line.accept(draft));
        return draft;
    }
}
