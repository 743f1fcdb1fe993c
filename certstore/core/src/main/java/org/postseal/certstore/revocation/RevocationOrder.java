package org.postseal.certstore.revocation;

import java.util.List;

/** Says whether OCSP, lists or both are used, and in which order. */
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

    /** Returns the ways in their order, where true means OCSP. */
    List<Boolean> ways() {
        return isBoth ? List.of(isOcspFirst, !isOcspFirst) : List.of(isOcspFirst);
    }
}
