package org.postseal.certstore.format;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;

/**
 * An element of a serialized store, whose content has not been parsed.
 *
 * @param number the number of the element, 1 for the first; skipped elements count too
 * @param offset the offset of its record, behind its properties
 * @param windowsUsages the usages to which Windows restricted it (property 9)
 */
public record SstElement(Kind kind, int number, int offset, byte[] der, Optional<Set<String>> windowsUsages) {
    public SstElement {
        windowsUsages = windowsUsages.map(Set::copyOf);
    }

    public enum Kind {
        CERTIFICATE(32),
        CRL(33),
        /** A certificate trust list, which only Windows understands. */
        CTL(34);

        private final int id;

        Kind(int id) {
            this.id = id;
        }

        int id() {
            return id;
        }
    }

    /** Reads property 9. The set is empty if the property cannot be read, since somebody did restrict the use. */
    static Set<String> usages(byte[] der) {
        Set<String> usages = new HashSet<>();
        try {
            for (ASN1Encodable each : ASN1Sequence.getInstance(der)) {
                usages.add(ASN1ObjectIdentifier.getInstance(each).getId());
            }
        } catch (RuntimeException malformed) {
            return Set.of();
        }
        return usages;
    }
}
