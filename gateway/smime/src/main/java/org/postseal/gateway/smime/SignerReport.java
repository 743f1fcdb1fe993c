package org.postseal.gateway.smime;

import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.policy.protection.LegacyAlgorithm;

/**
 * Reports on one SignerInfo, whatever became of the others.
 *
 * @param certificate its signer's, as far as it is known
 * @param algorithm of the signature with the digest, as text; object identifiers if it is not known
 * @param old the digest, if it is out of date and the policy has a word for it, believed or not
 * @param strength of algorithm and key
 * @param role what the signature claims to be
 * @param carriesFrom whether the certificate carries the From address, or for a domain signature covers it by name
 * @param isIntact whether the signed digest is that of this content, whoever has signed it
 * @param verdict on signature and certificate of this one; a valid one says nothing of the address
 */
public record SignerReport(
        Optional<MailCertificate> certificate,
        String algorithm,
        Optional<LegacyAlgorithm> old,
        Strength strength,
        Role role,
        boolean carriesFrom,
        boolean isIntact,
        SignatureVerdict verdict) {
    /** Says how far the algorithms can be relied on. */
    public enum Strength {
        STRONG,
        /** The signature uses MD5, SHA-1, or a key that is too short. */
        WEAK,
        UNKNOWN
    }

    /**
     * Names the type of a signature (RFC 3183 §3.1.2). A signature of another type than these counts as the author's.
     */
    public enum Role {
        ORIGINATOR,
        DOMAIN
    }
}
