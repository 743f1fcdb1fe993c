package org.postseal.certstore.directory;

import org.postseal.certstore.RevocationMode;

/**
 * What a certificate must satisfy to be taken.
 *
 * @param outbound revocation for encrypting and for our own signatures
 * @param inbound revocation for verifying the signatures of others
 * @param outlookStrictPrecedence the first source and tier with any certificate is the last one asked, whether or not that certificate may be used
 * @param useSecondaryProxies a certificate may carry any address of the entry it stands in; else the one asked for or the primary one
 *     (OWAUseSecondaryProxiesWhenFindingCertificates)
 * @param requireMailUsage extKeyUsage must be there and name emailProtection, as Outlook wants it
 * @param asksAfterDecrypting whether anybody is asked about the revocation of certificates that came out of a ciphertext
 */
public record SelectionRules(
        RevocationMode outbound,
        RevocationMode inbound,
        boolean outlookStrictPrecedence,
        boolean useSecondaryProxies,
        boolean requireMailUsage,
        boolean asksAfterDecrypting) {
    /** Rules by which nobody is asked about what came out of a ciphertext. */
    public SelectionRules(
            RevocationMode outbound,
            RevocationMode inbound,
            boolean outlookStrictPrecedence,
            boolean useSecondaryProxies,
            boolean requireMailUsage) {
        this(outbound, inbound, outlookStrictPrecedence, useSecondaryProxies, requireMailUsage, false);
    }

    /** What holds unless configured otherwise. */
    public static final SelectionRules DEFAULTS =
            new SelectionRules(RevocationMode.SOFT, RevocationMode.SOFT, false, true, false);
}
