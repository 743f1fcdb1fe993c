package org.postseal.gateway.smime;

import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.pkcs.RC2CBCParameter;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * Translates the effective key length of RC2. A message writes it as a version (RFC 2268 §6, RFC 3370 §5.2), and a
 * capability writes it as a plain number of bits.
 */
final class Rc2Version {
    private Rc2Version() {}

    /** Returns the version for this number of bits: 40, 64 or 128. */
    static int of(int bits) {
        return VERSIONS.entrySet().stream()
                .filter(entry -> entry.getValue() == bits)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("RC2 with " + bits + " bits is not made"));
    }

    /**
     * Returns the effective bits in the parameters of a message's cipher; the result is empty for a version that nobody
     * uses.
     *
     * @throws IllegalArgumentException if they are malformed
     */
    static Optional<Integer> bits(AlgorithmIdentifier identifier) {
        RC2CBCParameter parameters = RC2CBCParameter.getInstance(identifier.getParameters());
        return parameters == null
                ? Optional.empty()
                : Optional.ofNullable(
                        VERSIONS.get(parameters.getRC2ParameterVersion().intValue()));
    }

    /** Returns true if a capability is for RC2 with this number of effective bits. */
    static boolean isCapability(AlgorithmIdentifier capability, int bits) {
        return capability.getParameters() instanceof ASN1Integer said && said.hasValue(bits);
    }

    private static final Map<Integer, Integer> VERSIONS = Map.of(160, 40, 120, 64, 58, 128);
}
