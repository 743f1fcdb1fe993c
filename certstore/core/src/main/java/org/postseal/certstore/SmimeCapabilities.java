package org.postseal.certstore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * What the owner of a key says he can read, in his order of preference (RFC 8551 §2.5.2). Immutable.
 *
 * @param algorithms parameters, where present, are part of the capability (the key length of RC2)
 */
public record SmimeCapabilities(List<AlgorithmIdentifier> algorithms) {
    /** Entries of one list; real ones have about ten. */
    public static final int MAX_ALGORITHMS = 64;
    /** Octets of one list. */
    public static final int MAX_OCTETS = 4_096;

    public SmimeCapabilities {
        algorithms = List.copyOf(algorithms);
    }

    /** Reads a SMIMECapabilities; empty when it is malformed or over a limit. */
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

    /** True when an algorithm of this name is listed, whatever its parameters. */
    public boolean has(ASN1ObjectIdentifier algorithm) {
        return algorithms.stream().anyMatch(each -> each.getAlgorithm().equals(algorithm));
    }

    /** The names of the algorithms, dotted, in order. */
    public List<String> oids() {
        return algorithms.stream().map(each -> each.getAlgorithm().getId()).toList();
    }

    /** The DER of the list. */
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
