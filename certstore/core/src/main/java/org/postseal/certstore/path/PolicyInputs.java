package org.postseal.certstore.path;

import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;

/**
 * The policy inputs of path validation (RFC 5280 §6.1.1 c to f).
 *
 * @param initialPolicies the dotted object identifiers of the acceptable policies; empty for any
 * @param requireExplicit whether the path must be valid for one of them
 * @param inhibitMapping whether issuers may not map a policy to another
 * @param inhibitAny whether anyPolicy in a certificate is ignored
 */
public record PolicyInputs(
        Set<String> initialPolicies, boolean requireExplicit, boolean inhibitMapping, boolean inhibitAny) {
    /** Accepts any policy or none. */
    public static final PolicyInputs DEFAULTS = new PolicyInputs(Set.of(), false, false, false);

    public PolicyInputs {
        initialPolicies = Set.copyOf(initialPolicies);
        for (String policy : initialPolicies) {
            if (ASN1ObjectIdentifier.tryFromID(policy) == null) {
                throw new IllegalArgumentException("not an object identifier: " + policy);
            }
        }
    }
}
