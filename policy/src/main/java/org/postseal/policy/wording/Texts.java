package org.postseal.policy.wording;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.outcome.Reason;

/**
 * Holds the texts that a policy has of its own, each by language. Immutable.
 *
 * @param byReason in the place of the built-in text for a reason
 * @param named those to which a rule refers by name
 * @param notices Subject and text of notices
 */
public record Texts(
        Map<Reason, Map<String, Template>> byReason,
        Map<String, Map<String, Template>> named,
        Map<String, NoticeText> notices) {
    public Texts {
        byReason = Map.copyOf(byReason);
        named = new LinkedHashMap<>(named);
        notices = Map.copyOf(notices);
    }

    /**
     * Returns the text for a reason by language; empty if the policy has none.
     *
     * @param name the text that the rule asks for
     */
    Map<String, Template> find(Optional<String> name, Reason reason) {
        return name.map(named::get).orElseGet(() -> byReason.getOrDefault(reason, Map.of()));
    }

    static final Texts NONE = new Texts(Map.of(), Map.of(), Map.of());
}
