package org.postseal.policy.wording;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.People;

/**
 * Chooses the languages in which somebody is addressed. Immutable.
 *
 * @param spoken who speaks which language; the first that fits counts
 * @param others the languages for everybody else, the most important one first
 */
public record Languages(List<Spoken> spoken, List<String> others) {
    public Languages {
        spoken = List.copyOf(spoken);
        others = List.copyOf(others);
    }

    /**
     * A language and those who speak it.
     *
     * @param senders read it in answers to their mail; no groups of a directory server
     * @param recipientDomains mail to these is answered in it, unless another language is the sender's
     */
    public record Spoken(String language, People senders, DomainSet recipientDomains) {
        private boolean isBy(MailAddress sender) {
            return senders.addresses().contains(sender) || senders.domains().has(sender.domain());
        }
    }

    /**
     * Returns at least one language.
     *
     * @param sender of the envelope; empty for the null reverse path
     */
    List<String> of(Optional<MailAddress> sender, MailAddress recipient) {
        return sender.flatMap(address ->
                        spoken.stream().filter(each -> each.isBy(address)).findFirst())
                .or(() -> spoken.stream()
                        .filter(each -> each.recipientDomains().has(recipient.domain()))
                        .findFirst())
                .map(each -> List.of(each.language()))
                .orElse(others);
    }

    static final Languages ENGLISH = new Languages(List.of(), List.of(BuiltInWords.ENGLISH));
}
