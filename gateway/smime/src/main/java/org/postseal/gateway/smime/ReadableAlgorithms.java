package org.postseal.gateway.smime;

import java.util.EnumSet;
import java.util.Set;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;

/** Finds our algorithms among those that SMIMECapabilities name. */
public final class ReadableAlgorithms {
    private ReadableAlgorithms() {}

    public static Set<Cipher> ciphers(SmimeCapabilities capabilities) {
        Set<Cipher> ciphers = EnumSet.noneOf(Cipher.class);
        for (Cipher cipher : Cipher.values()) {
            if (capabilities.algorithms().stream().anyMatch(ContentCipher.of(cipher)::isNamedBy)) {
                ciphers.add(cipher);
            }
        }
        return ciphers;
    }

    public static Set<RsaKeyTransport> keyTransports(SmimeCapabilities capabilities) {
        Set<RsaKeyTransport> transports = EnumSet.noneOf(RsaKeyTransport.class);
        capabilities
                .algorithms()
                .forEach(algorithm -> KeyTransport.namedBy(algorithm)
                        .map(KeyTransport::setting)
                        .ifPresent(transports::add));
        return transports;
    }
}
