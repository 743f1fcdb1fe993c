package org.postseal.gateway.smime;

import java.util.EnumSet;
import java.util.Set;
import org.postseal.policy.EncryptionAlgorithm;
import org.postseal.policy.LegacyAlgorithm;

/**
 * What of mail is opened by the recipient's own setting only. The ciphers of the nineties keep no secret from somebody
 * who kept the message, so that what is gained by opening is only that its recipient can read it.
 *
 * @param algorithms by name
 * @param headerless whether text without a header section is opened where no tag protects it
 */
public record LegacyReading(Set<LegacyAlgorithm> algorithms, boolean headerless) {
    /** Nothing old. */
    public static final LegacyReading NONE = new LegacyReading(Set.of());

    /** Everything old that can be read. */
    public static final LegacyReading ALL = new LegacyReading(EnumSet.allOf(LegacyAlgorithm.class));

    /** Old algorithms alone. */
    public LegacyReading(Set<LegacyAlgorithm> algorithms) {
        this(algorithms, false);
    }

    public LegacyReading {
        algorithms = Set.copyOf(algorithms);
    }

    boolean allows(ContentCipher cipher) {
        return LegacyAlgorithm.allows(algorithms, cipher.algorithm());
    }

    /** Whether a content key may come wrapped by TripleDES (RFC 3217 §3). */
    boolean allowsTripleDesWrap() {
        return LegacyAlgorithm.allows(algorithms, EncryptionAlgorithm.TRIPLE_DES);
    }
}
