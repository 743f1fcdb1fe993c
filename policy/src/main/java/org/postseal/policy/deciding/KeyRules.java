package org.postseal.policy.deciding;

import java.util.Optional;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.Settings;

/** Checks whether the settings allow the kind and size of a key. */
final class KeyRules {
    private KeyRules() {}

    /** Returns why the key may not be used; empty if it may. */
    static Optional<String> whyNot(Settings settings, KeyFacts key) {
        if (!settings.value(MailboxParameter.KEY_ALGORITHMS).contains(key.kind())) {
            return Optional.of("its key is " + key.kind().word() + ", which keyAlgorithms does not name");
        }
        return MailboxParameter.leastSize(key.kind()).flatMap(least -> tooShort(settings, least, key));
    }

    private static Optional<String> tooShort(Settings settings, MailboxParameter<Integer> least, KeyFacts key) {
        return key.bits() < settings.value(least)
                ? Optional.of(switch (key.kind()) {
                            case ML_KEM, ML_DSA ->
                                "its key is " + key.kind().word() + "-" + key.bits() + ", less than ";
                            default -> "its key of " + key.bits() + " bits is shorter than ";
                        }
                        + least + ": " + settings.value(least))
                : Optional.empty();
    }
}
