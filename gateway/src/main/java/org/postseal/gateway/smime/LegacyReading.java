package org.postseal.gateway.smime;

import java.util.EnumSet;
import java.util.Set;
import org.postseal.policy.EncryptionAlgorithm;

/**
 * What of old mail is opened all the same: the ciphers of the nineties, by name. They keep no secret from somebody who kept the message, so that what is gained by opening is only
 * that its recipient can read it.
 *
 * @param ciphers the legacy ones among them count; the others are opened anyway
 */
public record LegacyReading(Set<EncryptionAlgorithm> ciphers) {
    /** Nothing old. */
    public static final LegacyReading NONE = new LegacyReading(Set.of());

    /** Every old cipher that can be read. */
    public static final LegacyReading ALL = new LegacyReading(EnumSet.allOf(EncryptionAlgorithm.class));

    public LegacyReading {
        ciphers = Set.copyOf(ciphers);
    }

    boolean allows(ContentCipher cipher) {
        return !cipher.algorithm().isLegacy() || ciphers.contains(cipher.algorithm());
    }

    /** Whether a content key may come wrapped by TripleDES (RFC 3370 §4.3.1). */
    boolean allowsTripleDesWrap() {
        return ciphers.contains(EncryptionAlgorithm.TRIPLE_DES);
    }
}
