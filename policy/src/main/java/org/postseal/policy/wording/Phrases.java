package org.postseal.policy.wording;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.outcome.Reason;

/**
 * Holds the built-in words of one language. Immutable.
 *
 * @param sentences by reason, for each reason about which a sender can do something
 * @param help the line that says whom to ask
 * @param held what a notice says of a recipient
 * @param notice about mail that was held back
 */
record Phrases(Map<Reason, Sentence> sentences, String help, Template held, NoticeText notice) {
    /**
     * What is said about a reason.
     *
     * @param reason without a full stop
     * @param advice what the sender can do; empty if they can only ask
     */
    record Sentence(Template reason, Optional<Template> advice) {}

    /** Returns the text of a reply for which the policy has none of its own. */
    Template reply() {
        return Template.builtIn("{reason}.\n{advice}\n" + help);
    }

    /** Collects sentences. Not thread-safe. */
    static final class Collector {
        private final Map<Reason, Sentence> sentences = new EnumMap<>(Reason.class);

        /** @param advice may be empty */
        Collector with(Reason reason, String sentence, String advice) {
            sentences.put(
                    reason,
                    new Sentence(
                            Template.builtIn(sentence),
                            Optional.of(advice).filter(text -> !text.isEmpty()).map(Template::builtIn)));
            return this;
        }

        /** Adds a reason in the words of its own public text. */
        Collector with(Reason reason, String advice) {
            return with(reason, reason.publicText().replace("this recipient", "{recipient}"), advice);
        }

        Phrases phrases(String help, String held, NoticeText notice) {
            return new Phrases(Map.copyOf(sentences), help, Template.builtIn(held), notice);
        }
    }
}
