package org.postseal.policy.deciding;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.policy.protection.LegacyAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.protection.SigningSettings;
import org.postseal.policy.protection.SigningSettings.Digest;
import org.postseal.policy.settings.Enforcement;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.Settings;
import org.postseal.policy.settings.SmimeConfig;
import org.postseal.policy.settings.SmimeParameter;

/** Chooses how a sender's mail is signed. Signatures are not negotiated, because every reader reads SHA-2. */
final class SigningChoice {
    private SigningChoice() {}

    static SigningSettings of(Settings settings) {
        SmimeConfig smime = settings.smime();
        return new SigningSettings(
                digest(settings),
                settings.value(MailboxParameter.PADDING),
                smime.is(SmimeParameter.CLEAR_SIGN),
                settings.keyPlace(),
                smime.certificates(),
                smime.is(SmimeParameter.INCLUDE_CAPABILITIES));
    }

    // This is the first algorithm of the list that is strong enough, or without a list the named one. SHA-256 replaces
    // one that is too weak, unless exactly that one is demanded and allowed.
    private static Digest digest(Settings settings) {
        SignedAlgorithm named = settings.value(MailboxParameter.SIGNED_ALGORITHM);
        Set<LegacyAlgorithm> allowed = settings.value(MailboxParameter.LEGACY_ALGORITHMS);
        boolean isExact = settings.value(MailboxParameter.ENFORCEMENT) == Enforcement.EXACT;
        boolean isNamed =
                !settings.of(MailboxParameter.SIGNED_ALGORITHM).level().isBuiltIn();
        List<SignedAlgorithm> listed = isExact ? List.of() : settings.smime().digests();
        return listed.stream()
                .filter(algorithm -> LegacyAlgorithm.allows(allowed, algorithm))
                .filter(algorithm -> !isNamed || algorithm.compareTo(named) >= 0)
                .map(SignedAlgorithm::digest)
                .findFirst()
                .or(() -> isExact || !named.isLegacy() ? Optional.of(named.digest()) : Optional.empty())
                .orElse(Digest.SHA256);
    }
}
