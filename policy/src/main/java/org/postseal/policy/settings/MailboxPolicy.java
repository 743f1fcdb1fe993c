package org.postseal.policy.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.people.DomainSet;

/**
 * One of {@code mailboxPolicies}, as written; a parameter that the policy does not name has no value.
 *
 * @param parent the policy named by {@code extends}
 * @param appliesTo the people whose mail it is for
 * @param profile gives the values that are not written
 * @param written values by parameter; of the parameter's type
 */
public record MailboxPolicy(
        String name,
        Optional<String> parent,
        Assignment appliesTo,
        Optional<Profile> profile,
        Map<MailboxParameter<?>, Object> written,
        Set<MailboxParameter<?>> mayWeaken) {

    /** Returns the value of a parameter: the written one, else the one of the profile. */
    <T> Optional<T> value(MailboxParameter<T> parameter) {
        return explicit(parameter)
                .or(() -> profile.flatMap(named -> ProfileTable.of(named).get(parameter)));
    }

    /** Returns true if the policy gives this parameter a value, by itself or by its profile. */
    public boolean sets(MailboxParameter<?> parameter) {
        return value(parameter).isPresent();
    }

    @SuppressWarnings("unchecked")
    <T> Optional<T> explicit(MailboxParameter<T> parameter) {
        // Only the parameter's own reader puts values there.
        return Optional.ofNullable((T) written.get(parameter));
    }

    MailboxPolicy withoutParent() {
        return new MailboxPolicy(name, Optional.empty(), appliesTo, profile, written, mayWeaken);
    }

    /**
     * {@code appliesTo}: users, groups and domains. Each of them is a level of its own, from the most specific one to
     * the most general.
     */
    public record Assignment(List<MailAddress> users, List<String> groups, List<DomainSet.Entry> domains) {
        public static final Assignment NONE = new Assignment(List.of(), List.of(), List.of());

        /**
         * Returns the most general level at which the policy counts for somebody; that of a user if it is for nobody.
         */
        public Level.Rank rank() {
            if (!domains.isEmpty()) {
                return Level.Rank.DOMAIN;
            }
            return groups.isEmpty() ? Level.Rank.USER : Level.Rank.GROUP;
        }
    }

    public static final String DEFAULT = "default";
}
