package org.postseal.certstore;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;

/**
 * Names algorithms that the gateway refuses, where a dotted number would leave people to search. The table holds what
 * drafts of post-quantum algorithms used before there was a standard, and what a standard has and mail does not.
 */
public final class UnsupportedAlgorithms {
    private UnsupportedAlgorithms() {}

    /** Returns the identifier with its name, if it is known, and says that it is not supported and what is instead. */
    public static String refusal(ASN1ObjectIdentifier identifier) {
        String id = identifier.getId();
        String text = id.length() <= 64 ? id : id.substring(0, 64) + "...";
        return find(id).map(known -> text + " (" + known.name() + ") is not supported" + known.instead())
                .orElse(text + " is not supported");
    }

    /** Returns the name of an algorithm that is known and refused. */
    public static Optional<String> name(ASN1ObjectIdentifier identifier) {
        return find(identifier.getId()).map(Known::name);
    }

    private static Optional<Known> find(String id) {
        Optional<Composite> composite = Composite.of(new ASN1ObjectIdentifier(id));
        if (composite.isPresent()) {
            return composite.map(each -> new Known(each.standardName(), COMPOSITE));
        }
        for (String prefix = id; prefix.contains("."); prefix = prefix.substring(0, prefix.lastIndexOf('.'))) {
            Known known = KNOWN.get(prefix);
            if (known != null) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }

    /**
     * A name with what helps.
     *
     * @param instead the end of the sentence; empty if nothing takes the algorithm's place
     */
    private record Known(String name, String instead) {}

    private static Map.Entry<String, Known> known(String prefix, String name, String instead) {
        return Map.entry(prefix, new Known(name, instead.isEmpty() ? "" : ": " + instead));
    }

    private static Stream<Map.Entry<String, Known>> numbered(
            String parent, int first, List<String> names, String instead) {
        return IntStream.range(0, names.size())
                .mapToObj(at -> known(parent + "." + (first + at), names.get(at), instead));
    }

    static final String COMPOSITE = ": it is a composite by a draft, which crypto.drafts: [composite] allows to read";
    private static final String ML_DSA = "ML-DSA (FIPS 204) took its place";
    private static final String ML_KEM = "ML-KEM (FIPS 203) took its place";
    private static final String PURE = "mail uses the algorithm without pre-hashing (RFC 9882, RFC 9814)";
    private static final String OLD_DRAFT = "the current draft has other identifiers";
    private static final String NIST = "2.16.840.1.101.3.4.3";

    private static final Map<String, Known> KNOWN = Stream.of(
                    Stream.of(
                            known("1.3.6.1.4.1.2.267.1", "Dilithium of a draft", ML_DSA),
                            known("1.3.6.1.4.1.2.267.7", "Dilithium of a draft", ML_DSA),
                            known("1.3.6.1.4.1.2.267.11", "Dilithium of a draft", ML_DSA),
                            known("1.3.6.1.4.1.2.267.12", "ML-DSA of a draft", ML_DSA),
                            known("1.3.6.1.4.1.2.267.8", "Kyber of a draft", ML_KEM),
                            known("1.3.6.1.4.1.22554.5.6", "Kyber of a draft", ML_KEM),
                            known("1.3.6.1.4.1.22554.5.5", "NTRU", ML_KEM),
                            known(
                                    "1.2.840.113549.1.9.16.3.14",
                                    "RSA-KEM alone",
                                    "a key that its certificate names rsaEncryption receives by RSA-KEM too"),
                            known("1.3.9999.3", "Falcon of a draft", "it is no standard yet"),
                            known("1.3.9999.6", "SPHINCS+ of a draft", "SLH-DSA (FIPS 205) took its place"),
                            known("1.0.18033.2.2.7", "FrodoKEM", "no RFC says how mail uses it"),
                            known("2.16.840.1.114027.80.8", "a composite signature of an old draft", OLD_DRAFT),
                            known("2.16.840.1.114027.80.9", "a composite signature of an old draft", OLD_DRAFT),
                            known("2.16.840.1.114027.80.5", "a composite KEM of an old draft", OLD_DRAFT)),
                    numbered(NIST, 32, List.of("HashML-DSA-44", "HashML-DSA-65", "HashML-DSA-87"), PURE),
                    numbered(
                            NIST,
                            35,
                            Stream.of(PublicKeyKind.SlhDsaParameters.values())
                                    .map(set -> "Hash" + set.standardName())
                                    .toList(),
                            PURE))
            .flatMap(entries -> entries)
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
}
