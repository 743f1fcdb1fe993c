package org.postseal.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;

/**
 * One of {@code mailboxPolicies}, as written; a parameter that the policy does not name has no value.
 *
 * @param parent the policy named by {@code extends}
 * @param appliesTo the people whose mail it is for
 * @param profile gives the values that are not written
 * @param written values by parameter; of the parameter's type
 */
record MailboxPolicy(
        String name,
        Optional<String> parent,
        Assignment appliesTo,
        Optional<Profile> profile,
        Map<MailboxParameter<?>, Object> written,
        Set<MailboxParameter<?>> mayWeaken) {

    /** Returns the value of a parameter: the written one, else the one of the profile. */
    <T> Optional<T> value(MailboxParameter<T> parameter) {
        return explicit(parameter).or(() -> profile.flatMap(named -> named.value(parameter)));
    }

    @SuppressWarnings("unchecked")
    <T> Optional<T> explicit(MailboxParameter<T> parameter) {
        // Only the parameter's own reader puts values there.
        return Optional.ofNullable((T) written.get(parameter));
    }

    MailboxPolicy withoutParent() {
        return new MailboxPolicy(name, Optional.empty(), appliesTo, profile, written, mayWeaken);
    }

    /** {@code appliesTo}: users, groups and domains. They are three ranks, of which the first wins. */
    record Assignment(List<MailAddress> users, List<String> groups, List<DomainSet.Entry> domains) {
        static final Assignment NONE = new Assignment(List.of(), List.of(), List.of());

        boolean isEmpty() {
            return users.isEmpty() && groups.isEmpty() && domains.isEmpty();
        }
    }

    /** {@code AllowSMIMEEncryptionAlgorithmNegotiation} (MS-ASPROV §2.2.2.13). */
    enum Negotiation {
        BLOCK("BlockNegotiation"),
        ONLY_STRONG("OnlyStrongAlgorithmNegotiation"),
        ALLOW_ANY("AllowAnyAlgorithmNegotiation");

        private final String word;

        Negotiation(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** Whether a named algorithm is the minimum or the only one. */
    enum Enforcement {
        MINIMUM,
        EXACT
    }

    static final String DEFAULT = "default";
}
