package org.postseal.policy.protection;

import java.util.Map;
import org.postseal.policy.protection.SigningSettings.Digest;
import org.postseal.policy.yaml.Words;

/**
 * The values of {@code RequireSignedSMIMEAlgorithm}, the weakest first: Exchange's two (MS-ASPROV §2.2.2.50) and ours.
 */
public enum SignedAlgorithm {
    MD5(Digest.MD5),
    SHA1(Digest.SHA1),
    SHA256(Digest.SHA256),
    SHA384(Digest.SHA384),
    SHA512(Digest.SHA512);

    private final Digest digest;

    SignedAlgorithm(Digest digest) {
        this.digest = digest;
    }

    /** Returns true if it is used for new signatures only where {@code allowLegacyAlgorithms} names it. */
    public boolean isLegacy() {
        return compareTo(SHA256) < 0;
    }

    public Digest digest() {
        return digest;
    }

    public static final Map<String, SignedAlgorithm> WORDS = Words.of(SignedAlgorithm.class, SignedAlgorithm::name);

    /** The algorithms by the integers of MS-ASPROV §2.2.2.50. */
    public static final Map<String, SignedAlgorithm> CODES = Map.of("0", SHA1, "1", MD5);
}
