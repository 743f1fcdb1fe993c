package org.postseal.policy.settings;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.LegacyAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/**
 * Checks one mailbox policy against the levels above it, and its settings against each other. It reports each problem
 * at the line that causes it, and never at a line that only inherits.
 */
public final class MailboxPolicyChecks {
    private final MailboxPolicy policy;
    private final YamlMapping mapping;
    private final Settings above;
    private final Settings settings;
    private final SmimeConfig smime;
    private final boolean isDemandedByRule;

    MailboxPolicyChecks(MailboxPolicy policy, YamlMapping mapping, Settings above, boolean isDemandedByRule) {
        this.policy = policy;
        this.mapping = mapping;
        this.above = above;
        this.settings = above.then(policy, Level.Rank.USER);
        this.smime = above.smime();
        this.isDemandedByRule = isDemandedByRule;
    }

    void check() {
        MailboxParameter.all().forEach(this::checkWeakening);
        policy.profile()
                .ifPresent(profile -> ProfileTable.of(profile).demands().forEach(each -> checkProfile(profile, each)));
        boolean isExact = settings.value(MailboxParameter.ENFORCEMENT) == Enforcement.EXACT;
        EncryptionAlgorithm cipher = settings.value(MailboxParameter.ENCRYPTION_ALGORITHM);
        SignedAlgorithm digest = settings.value(MailboxParameter.SIGNED_ALGORITHM);
        Set<LegacyAlgorithm> legacy = settings.value(MailboxParameter.LEGACY_ALGORITHMS);
        if (isExact && !LegacyAlgorithm.allows(legacy, digest)) {
            refuseLegacy(MailboxParameter.SIGNED_ALGORITHM);
        }
        if (isExact && !LegacyAlgorithm.allows(legacy, cipher)) {
            refuseLegacy(MailboxParameter.ENCRYPTION_ALGORITHM);
        }
        checkLists(isExact, cipher, digest);
        policy.explicit(MailboxParameter.SOFT_CERTIFICATES)
                .filter(allowed -> allowed && smime.is(SmimeParameter.ONLY_USE_SMART_CARD))
                .flatMap(_ -> at(MailboxParameter.SOFT_CERTIFICATES))
                .ifPresent(value -> value.warning("has no effect: OWAOnlyUseSmartCard is true"));
        checkHeaders();
        policy.explicit(MailboxParameter.SENDER_ENCRYPTION)
                .filter(by -> by == SenderEncryption.STRUCTURE
                        && (isDemandedByRule || settings.encrypted().value()))
                .flatMap(_ -> at(MailboxParameter.SENDER_ENCRYPTION))
                .ifPresent(value -> value.warning(FOR_ANYBODY));
    }

    private <T> void checkWeakening(MailboxParameter<T> parameter) {
        policy.explicit(parameter)
                .filter(above.of(parameter)::forbids)
                .flatMap(_ -> at(parameter))
                .ifPresent(value -> value.error("weakens what "
                        + above.of(parameter).from() + " requires, which does not say mayWeaken: [" + parameter + "]"));
    }

    private <T> void checkProfile(Profile profile, MailboxParameter<T> parameter) {
        ProfileTable table = ProfileTable.of(profile);
        boolean isOwn = policy.explicit(parameter).isPresent();
        T own = policy.explicit(parameter).orElse(settings.value(parameter));
        if (!table.isBrokenBy(parameter, own) || !(isOwn || table.isStandard())) {
            return;
        }
        String named = profile.word() + ", which says "
                + parameter.text(table.get(parameter).orElseThrow());
        if (!isOwn) {
            mapping.place("profile")
                    .error("cannot be " + named + " for " + parameter + ": "
                            + settings.of(parameter).from() + " demands " + parameter.text(own)
                            + "; take the demand out there, or add there mayWeaken: [" + parameter + "]");
        } else if (table.isStandard()) {
            at(parameter)
                    .ifPresent(
                            value -> value.error("contradicts profile " + named + "; leave out this or the profile"));
        } else {
            at(parameter).ifPresent(value -> value.warning("weakens profile " + named));
        }
    }

    private <T> void refuseLegacy(MailboxParameter<T> parameter) {
        String algorithm = parameter.text(settings.value(parameter));
        Optional<YamlValue> culprit = Stream.<MailboxParameter<?>>of(
                        parameter, MailboxParameter.ENFORCEMENT, MailboxParameter.LEGACY_ALGORITHMS)
                .filter(each -> policy.explicit(each).isPresent())
                .findFirst()
                .flatMap(this::at);
        culprit.ifPresent(value -> value.error("with enforcement: exact this would make new mail with " + algorithm
                + ", which is no longer safe; use enforcement: minimum or a stronger algorithm,"
                + " or name it: allowLegacyAlgorithms: [" + algorithm + "]"));
    }

    private void checkLists(boolean isExact, EncryptionAlgorithm cipher, SignedAlgorithm digest) {
        policy.value(MailboxParameter.ENCRYPTION_ALGORITHM)
                .filter(_ -> contradicts(isExact, cipher, smime.ciphers(), EncryptionAlgorithm::isLegacy))
                .flatMap(_ -> at(MailboxParameter.ENCRYPTION_ALGORITHM).or(() -> mapping.value("profile")))
                .ifPresent(value -> value.error(noEntry("OWAEncryptionAlgorithms", isExact, cipher.word())));
        policy.value(MailboxParameter.SIGNED_ALGORITHM)
                .filter(_ -> contradicts(isExact, digest, smime.digests(), SignedAlgorithm::isLegacy))
                .flatMap(_ -> at(MailboxParameter.SIGNED_ALGORITHM).or(() -> mapping.value("profile")))
                .ifPresent(value -> value.error(noEntry("OWASigningAlgorithms", isExact, digest.name())));
    }

    // A list of old algorithms only, or the name of an old one, stands for the algorithms that replace them.
    private static <T extends Comparable<T>> boolean contradicts(
            boolean isExact, T named, List<T> listed, Predicate<T> isLegacy) {
        if (listed.stream().allMatch(isLegacy) || (!isExact && isLegacy.test(named))) {
            return false;
        }
        return isExact ? !listed.contains(named) : listed.stream().noneMatch(entry -> entry.compareTo(named) >= 0);
    }

    private static String noEntry(String list, boolean isExact, String named) {
        return "no entry of " + list + " is " + named + (isExact ? "" : " or better");
    }

    private void checkHeaders() {
        if (settings.value(MailboxParameter.HIDE_SUBJECT) && !settings.value(MailboxParameter.HEADER_PROTECTION)) {
            Stream.of(MailboxParameter.HIDE_SUBJECT, MailboxParameter.HEADER_PROTECTION)
                    .filter(each -> policy.explicit(each).isPresent())
                    .findFirst()
                    .flatMap(this::at)
                    .ifPresent(value -> value.warning(HIDDEN_IS_PROTECTED));
        }
    }

    private Optional<YamlValue> at(MailboxParameter<?> parameter) {
        String name = parameter.name();
        int dot = name.indexOf('.');
        return dot < 0
                ? mapping.value(name)
                : mapping.mapping(name.substring(0, dot)).flatMap(section -> section.value(name.substring(dot + 1)));
    }

    public static final String FOR_ANYBODY =
            "weakens the demand to encrypt: mail that the sender has encrypted for somebody else meets it too";

    /** The real Subject has to be somewhere, so hiding it needs header protection. */
    public static final String HIDDEN_IS_PROTECTED =
            "headerProtection: false has no effect on encrypted mail where hideSubject is true";
}
