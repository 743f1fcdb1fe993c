package org.postseal.policy.reading;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.MailboxPolicyChecks;
import org.postseal.policy.settings.Settings;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads the settings of a rule or a partner: parameters of a mailbox policy, but no old algorithms for new mail. */
final class RuleSettings {
    private RuleSettings() {}

    /** Reads the settings of a rule. */
    static Settings.OfRule read(YamlMapping then) {
        return read(then, ALLOWED);
    }

    static Settings.OfRule read(YamlMapping then, List<MailboxParameter<?>> allowed) {
        Map<MailboxParameter<?>, Object> values = new LinkedHashMap<>();
        for (MailboxParameter<?> parameter : allowed) {
            then.value(parameter.name()).ifPresent(value -> read(parameter, value, values));
        }
        if (Boolean.TRUE.equals(values.get(MailboxParameter.HIDE_SUBJECT))
                && Boolean.FALSE.equals(values.get(MailboxParameter.HEADER_PROTECTION))) {
            then.value(MailboxParameter.HIDE_SUBJECT.name())
                    .ifPresent(value -> value.warning(MailboxPolicyChecks.HIDDEN_IS_PROTECTED));
        }
        return values.isEmpty() ? Settings.OfRule.NONE : new Settings.OfRule(values);
    }

    private static void read(MailboxParameter<?> parameter, YamlValue value, Map<MailboxParameter<?>, Object> values) {
        if (parameter == MailboxParameter.SIGNED_ALGORITHM) {
            value.word(SIGNED).ifPresent(algorithm -> values.put(parameter, algorithm));
        } else if (parameter == MailboxParameter.ENCRYPTION_ALGORITHM) {
            value.word(ENCRYPTION).ifPresent(algorithm -> values.put(parameter, algorithm));
        } else {
            parameter.read(value).ifPresent(found -> values.put(parameter, found));
        }
    }

    static final List<MailboxParameter<?>> ALLOWED = List.of(
            MailboxParameter.SIGNED_ALGORITHM,
            MailboxParameter.ENCRYPTION_ALGORITHM,
            MailboxParameter.NEGOTIATION,
            MailboxParameter.KEY_TRANSPORT,
            MailboxParameter.PADDING,
            MailboxParameter.SIGNER,
            MailboxParameter.RECIPIENTS_READ,
            MailboxParameter.SENDER_ENCRYPTION,
            MailboxParameter.ENCRYPT_FOR,
            MailboxParameter.HEADER_PROTECTION,
            MailboxParameter.HIDE_SUBJECT,
            MailboxParameter.LEGACY_DISPLAY);
    static final Map<String, SignedAlgorithm> SIGNED = signed();
    static final Map<String, EncryptionAlgorithm> ENCRYPTION = encryption();

    private static Map<String, SignedAlgorithm> signed() {
        Map<String, SignedAlgorithm> words = new LinkedHashMap<>(SignedAlgorithm.WORDS);
        words.values().removeIf(SignedAlgorithm::isLegacy);
        return words;
    }

    private static Map<String, EncryptionAlgorithm> encryption() {
        Map<String, EncryptionAlgorithm> words = new LinkedHashMap<>(EncryptionAlgorithm.WORDS);
        words.values().removeIf(EncryptionAlgorithm::isLegacy);
        return words;
    }
}
