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
        return switch (key.kind()) {
            case RSA -> tooShort(settings, MailboxParameter.RSA_BITS, key);
            case EC, BRAINPOOL -> tooShort(settings, MailboxParameter.EC_BITS, key);
            case ED25519, ED448, X25519, X448, ML_KEM, ML_DSA -> Optional.empty();
        };
    }

    private static Optional<String> tooShort(Settings settings, MailboxParameter<Integer> least, KeyFacts key) {
        return key.bits() < settings.value(least)
                ? Optional.of(
                        "its key of " + key.bits() + " bits is shorter than " + least + ": " + settings.value(least))
                : Optional.empty();
    }
}
