package org.postseal.certstore.directory;

import org.postseal.certstore.RevocationMode;

/**
 * The rules that a certificate must satisfy to be chosen.
 *
 * @param outbound how revocation is checked for encrypting and for our own signatures
 * @param inbound how revocation is checked for the signatures of others
 * @param outlookStrictPrecedence whether the search ends with the first source and tier that has any certificate, even
 *     if that certificate may not be used
 * @param useSecondaryProxies whether a certificate may carry any address of the entry it stands in; otherwise it must
 *     carry the address asked for or the primary one (OWAUseSecondaryProxiesWhenFindingCertificates)
 * @param requireMailUsage whether extKeyUsage must be present and name emailProtection, as Outlook demands
 * @param asksAfterDecrypting whether servers are asked about the revocation of certificates that came out of a
 *     ciphertext
 */
public record SelectionRules(
        RevocationMode outbound,
        RevocationMode inbound,
        boolean outlookStrictPrecedence,
        boolean useSecondaryProxies,
        boolean requireMailUsage,
        boolean asksAfterDecrypting) {
    /** Creates rules by which no server is asked about certificates that came out of a ciphertext. */
    public SelectionRules(
            RevocationMode outbound,
            RevocationMode inbound,
            boolean outlookStrictPrecedence,
            boolean useSecondaryProxies,
            boolean requireMailUsage) {
        this(outbound, inbound, outlookStrictPrecedence, useSecondaryProxies, requireMailUsage, false);
    }

    public static final SelectionRules DEFAULTS =
            new SelectionRules(RevocationMode.SOFT, RevocationMode.SOFT, false, true, false);
}
