package org.postseal.certstore.revocation;

import java.util.List;

/** Which of the two ways is tried, and which first. */
public enum RevocationOrder {
    OCSP_THEN_CRL(true, true),
    CRL_THEN_OCSP(false, true),
    OCSP_ONLY(true, false),
    CRL_ONLY(false, false);

    private final boolean isOcspFirst;
    private final boolean isBoth;

    RevocationOrder(boolean isOcspFirst, boolean isBoth) {
        this.isOcspFirst = isOcspFirst;
        this.isBoth = isBoth;
    }

    /** The ways in their order; true is OCSP. */
    List<Boolean> ways() {
        return isBoth ? List.of(isOcspFirst, !isOcspFirst) : List.of(isOcspFirst);
    }
}
