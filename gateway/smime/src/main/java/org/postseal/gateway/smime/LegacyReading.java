package org.postseal.gateway.smime;

import java.util.EnumSet;
import java.util.Set;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.LegacyAlgorithm;

/**
 * Says which mail is opened by the recipient's own setting only. The ciphers of the nineties keep no secret from
 * somebody who kept the message, so opening it gains only that its recipient can read it.
 *
 * @param algorithms the old algorithms that are opened and believed
 * @param headerless whether text without a header section is opened if no tag protects it
 */
public record LegacyReading(Set<LegacyAlgorithm> algorithms, boolean headerless) {
    /** Opens nothing old. */
    public static final LegacyReading NONE = new LegacyReading(Set.of());

    /** Opens everything that an old algorithm protects. */
    public static final LegacyReading ALL = new LegacyReading(EnumSet.allOf(LegacyAlgorithm.class));

    /** Opens old algorithms alone, and no text without a header section. */
    public LegacyReading(Set<LegacyAlgorithm> algorithms) {
        this(algorithms, false);
    }

    public LegacyReading {
        algorithms = Set.copyOf(algorithms);
    }

    /** @param isAuthEnveloped whether the content type is authEnveloped-data, which has a place for the tag */
    boolean allows(ContentCipher cipher, boolean isAuthEnveloped) {
        return cipher.isAuthenticated() == isAuthEnveloped
                ? LegacyAlgorithm.allows(algorithms, cipher.algorithm())
                : !isAuthEnveloped && algorithms.contains(LegacyAlgorithm.AEAD_IN_ENVELOPED_DATA);
    }

    /** Tells whether a content key may come wrapped by TripleDES (RFC 3217 §3). */
    boolean allowsTripleDesWrap() {
        return LegacyAlgorithm.allows(algorithms, EncryptionAlgorithm.TRIPLE_DES);
    }
}
