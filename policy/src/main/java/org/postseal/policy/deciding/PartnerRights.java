package org.postseal.policy.deciding;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.settings.MailboxPolicy;
import org.postseal.policy.settings.Partners;

/**
 * Finds what a partner's settings add to the rights of a recipient. Whoever can change a ciphertext can write any From,
 * so the partner's settings count only if something outside the encryption proves that From is true. What the content
 * says of itself proves nothing here: it would have to be opened first.
 */
final class PartnerRights {
    private PartnerRights() {}

    static ReadingRights of(
            Policy policy, MailAddress recipient, Facts.Message message, BooleanSupplier isSignedOutside) {
        Optional<MailAddress> author =
                message.author().isUnclear() || !policy.isInternal(recipient) ? Optional.empty() : message.from();
        // A domain with a wildcard may hold some of ours.
        return author.filter(from -> !policy.isInternal(from))
                .map(from -> of(policy.mailboxPolicies().partners(), from, message, isSignedOutside))
                .orElse(ReadingRights.NONE);
    }

    private static ReadingRights of(
            Partners partners, MailAddress from, Facts.Message message, BooleanSupplier isSignedOutside) {
        List<MailboxPolicy> named = partners.of(from).stream()
                .filter(partner -> Partners.READING.stream().anyMatch(partner.written()::containsKey))
                .toList();
        if (named.isEmpty()) {
            return ReadingRights.NONE;
        }
        boolean isProved = message.traits().contains(Facts.Trait.DMARC) || isSignedOutside.getAsBoolean();
        return isProved
                ? ReadingRights.of(partners.tolerated(from))
                : new ReadingRights(
                        Map.of(),
                        false,
                        "",
                        Optional.empty(),
                        Optional.of("partner "
                                + named.stream().map(MailboxPolicy::name).collect(Collectors.joining(", "))));
    }
}
