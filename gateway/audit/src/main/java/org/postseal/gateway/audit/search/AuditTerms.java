package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.Digest;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;

/**
 * Finds the terms that a record can be found by: its whole values, each as a number of {@link #BITS} bits from its
 * SHA-256. Two values may have the same number, by chance or because a sender made them so. Therefore a record that was
 * found by a number is looked at before it counts.
 */
final class AuditTerms {
    private AuditTerms() {}

    /** Hands over the kind and the value of each term of a record. */
    static void of(Map<String, List<String>> fields, BiConsumer<String, String> terms) {
        ids(fields).forEach(id -> terms.accept(ID, id));
        addresses(fields).forEach(address -> terms.accept(ADDRESS, address));
        AuditLine.certificates(fields).forEach(digits -> terms.accept(CERTIFICATE, digits));
        for (String field : WORDS) {
            AuditLine.first(fields, field).ifPresent(word -> terms.accept(field, word));
        }
    }

    /** Returns the Message-ID and the queue ids: ours, the upstream's and the next hop's. */
    static List<String> ids(Map<String, List<String>> fields) {
        List<String> ids = new ArrayList<>();
        for (String field : IDS) {
            AuditLine.first(fields, field).ifPresent(value -> ids.add(AuditLine.bare(value)));
        }
        return ids;
    }

    /** Returns the reverse path, the From address and the recipient, and the domain of each. */
    static Set<String> addresses(Map<String, List<String>> fields) {
        Set<String> addresses = new LinkedHashSet<>();
        for (String field : ADDRESSES) {
            String address = address(AuditLine.first(fields, field).orElse(""));
            if (!address.isEmpty()) {
                addresses.add(address);
                addresses.add(domain(address));
            }
        }
        addresses.remove("");
        return addresses;
    }

    /** Returns an address without angle brackets, in lower case. */
    static String address(String text) {
        return AuditLine.bare(text).toLowerCase(Locale.ROOT);
    }

    private static String domain(String address) {
        return address.substring(address.lastIndexOf('@') + 1);
    }

    static long term(String kind, String value) {
        return term(kind, value, Digest.SHA_256.start());
    }

    /**
     * Returns the number of a value.
     *
     * @param sha256 a digest that is used again for each value
     */
    static long term(String kind, String value, MessageDigest sha256) {
        byte[] digest = sha256.digest((kind + "\0" + value).getBytes(UTF_8));
        long number = 0;
        for (int i = 0; i < BITS / Byte.SIZE; i++) {
            number = number << Byte.SIZE | (digest[i] & 0xFF);
        }
        return number;
    }

    static final int BITS = 40;
    static final String ID = "id";
    static final String ADDRESS = "address";
    static final String CERTIFICATE = "certificate";
    static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");
    private static final List<String> WORDS =
            List.of("rule.id", "event.outcome", "postseal.reason", "postseal.direction");
    private static final List<String> IDS =
            List.of("email.message_id", "postseal.queue_id", "postseal.upstream_id", RecordField.NEXT_HOP_QUEUE_ID);
    private static final List<String> ADDRESSES =
            List.of("email.sender.address", "email.from.address", "email.to.address");

    /** The fields that have the values. */
    static final Set<String> FIELDS = Stream.of(IDS, ADDRESSES, AuditLine.CERTIFICATES, WORDS)
            .flatMap(List::stream)
            .collect(Collectors.toUnmodifiableSet());
}
