package org.postseal.certstore.format;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
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
 * @param properties the properties before it that the reader uses
 */
public record SstElement(Kind kind, int number, int offset, byte[] der, List<SstProperty> properties) {
    public SstElement {
        properties = List.copyOf(properties);
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

    /** Returns the friendly name (property 11). */
    public Optional<String> friendlyName() {
        return value(SstProperty.FRIENDLY_NAME)
                .map(octets -> new String(octets, StandardCharsets.UTF_16LE))
                .map(text -> text.indexOf(0) < 0 ? text : text.substring(0, text.indexOf(0)))
                .filter(text -> !text.isEmpty() && text.length() <= MAX_NAME_LENGTH);
    }

    /**
     * Returns the usages to which Windows restricted it (property 9). The set is empty if the property cannot be read,
     * since somebody did restrict it.
     */
    public Optional<Set<String>> windowsUsages() {
        return value(SstProperty.ENHANCED_KEY_USAGE).map(SstElement::usages);
    }

    private static Set<String> usages(byte[] der) {
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

    private Optional<byte[]> value(int id) {
        return properties.stream().filter(each -> each.id() == id).findFirst().map(SstProperty::value);
    }

    private static final int MAX_NAME_LENGTH = 256;
}
