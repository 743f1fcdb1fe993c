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
 * What a case says of its message: each line of it sets something in a {@link Draft}, those of the defaults first. Immutable.
 *
 * @param refused why the message of a file would never come to the policy
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

    /** Whom its ciphertext is for; empty where it is for everybody who has it. */
    Set<MailAddress> encryptedFor() {
        return draft().encryptedFor;
    }

    /** Where a case says nothing of the cipher, it is one that is opened; a file says it itself. */
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
