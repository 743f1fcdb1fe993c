package org.postseal.certstore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * The algorithms that the owner of a key can read, in their order of preference (RFC 8551 §2.5.2). Immutable.
 *
 * @param algorithms the algorithms; parameters, if present, belong to the capability (for example the key length of
 *     RC2)
 */
public record SmimeCapabilities(List<AlgorithmIdentifier> algorithms) {
    /** The most entries of one list. Real lists have about ten. */
    public static final int MAX_ALGORITHMS = 64;
    /** The most octets of one list. */
    public static final int MAX_OCTETS = 4_096;

    public SmimeCapabilities {
        algorithms = List.copyOf(algorithms);
    }

    /** Reads a SMIMECapabilities. Returns empty if it is malformed or exceeds a limit. */
    public static Optional<SmimeCapabilities> of(byte[] der) {
        if (der.length > MAX_OCTETS) {
            return Optional.empty();
        }
        try {
            List<AlgorithmIdentifier> algorithms = new ArrayList<>();
            for (ASN1Encodable each : ASN1Sequence.getInstance(der)) {
                algorithms.add(AlgorithmIdentifier.getInstance(each));
            }
            return algorithms.size() > MAX_ALGORITHMS
                    ? Optional.empty()
                    : Optional.of(new SmimeCapabilities(algorithms));
        } catch (IllegalArgumentException | IllegalStateException malformed) {
            return Optional.empty();
        }
    }

    /** Returns the dotted names of the algorithms, in order. */
    public List<String> oids() {
        return algorithms.stream().map(each -> each.getAlgorithm().getId()).toList();
    }

    /** Returns the DER of the list. */
    public byte[] der() {
        ASN1EncodableVector elements = new ASN1EncodableVector();
        algorithms.forEach(elements::add);
        try {
            return new DERSequence(elements).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("it was read from DER", e);
        }
    }
}
