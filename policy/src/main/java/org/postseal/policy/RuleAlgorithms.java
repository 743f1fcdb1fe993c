package org.postseal.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads what a rule says of algorithms: parameters of a mailbox policy, but nothing old. */
final class RuleAlgorithms {
    private RuleAlgorithms() {}

    static Settings.Algorithms read(YamlMapping then) {
        Map<MailboxParameter<?>, Object> values = new LinkedHashMap<>();
        for (MailboxParameter<?> parameter : ALLOWED) {
            then.value(parameter.name()).ifPresent(value -> read(parameter, value, values));
        }
        return values.isEmpty() ? Settings.Algorithms.NONE : new Settings.Algorithms(values);
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
            MailboxParameter.RECIPIENTS_READ);
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
