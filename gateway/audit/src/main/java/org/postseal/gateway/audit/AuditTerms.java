package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.Digest;

/**
 * What a record can be found by: its whole values, each as a number of {@link #BITS} bits made of its SHA-256. Two values may have the same number, by chance or since a sender
 * wanted it, so that a record is looked at before it is believed to be meant.
 */
final class AuditTerms {
    private AuditTerms() {}

    /** Tells the kind and the value of each that a record has. */
    static void of(Map<String, List<String>> fields, BiConsumer<String, String> terms) {
        ids(fields).forEach(id -> terms.accept(ID, id));
        addresses(fields).forEach(address -> terms.accept(ADDRESS, address));
        certificates(fields).forEach(digits -> terms.accept(CERTIFICATE, digits));
        for (String field : WORDS) {
            first(fields, field).ifPresent(word -> terms.accept(field, word));
        }
    }

    /** Message-ID, our queue id, the upstream's and the next hop's. */
    static List<String> ids(Map<String, List<String>> fields) {
        List<String> ids = new ArrayList<>();
        for (String field : IDS) {
            first(fields, field).ifPresent(value -> ids.add(id(value)));
        }
        return ids;
    }

    /** Reverse path, From address and recipient, and the domain of each. */
    static Set<String> addresses(Map<String, List<String>> fields) {
        Set<String> addresses = new LinkedHashSet<>();
        for (String field : ADDRESSES) {
            String address = address(first(fields, field).orElse(""));
            if (!address.isEmpty()) {
                addresses.add(address);
                addresses.add(domain(address));
            }
        }
        addresses.remove("");
        return addresses;
    }

    /** SHA-256 of certificates, in lower case. */
    static Set<String> certificates(Map<String, List<String>> fields) {
        Set<String> certificates = new LinkedHashSet<>();
        for (String field : CERTIFICATES) {
            fields.getOrDefault(field, List.of())
                    .forEach(value -> addFingerprints(value.toLowerCase(Locale.ROOT), certificates));
        }
        return certificates;
    }

    /** The only or first value of a field. */
    static Optional<String> first(Map<String, List<String>> fields, String name) {
        List<String> values = fields.getOrDefault(name, List.of());
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    private static void addFingerprints(String text, Set<String> fingerprints) {
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            digits = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ? digits + 1 : 0;
            if (digits == FINGERPRINT_DIGITS) {
                fingerprints.add(text.substring(i + 1 - FINGERPRINT_DIGITS, i + 1));
                digits = 0;
            }
        }
    }

    /** A Message-ID without its angle brackets. */
    static String id(String text) {
        return bare(text);
    }

    /** Without angle brackets, in lower case. */
    static String address(String text) {
        return bare(text).toLowerCase(Locale.ROOT);
    }

    private static String bare(String text) {
        String stripped = text.strip();
        return stripped.length() > 1 && stripped.startsWith("<") && stripped.endsWith(">")
                ? stripped.substring(1, stripped.length() - 1).strip()
                : stripped;
    }

    private static String domain(String address) {
        return address.substring(address.lastIndexOf('@') + 1);
    }

    /** The number of a value. */
    static long term(String kind, String value) {
        return term(kind, value, Digest.SHA_256.start());
    }

    /**
     * The number of a value.
     *
     * @param sha256 to be used again
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
    private static final int FINGERPRINT_DIGITS = 64;
    static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{" + FINGERPRINT_DIGITS + "}");
    static final List<String> CERTIFICATES = List.of(
            "postseal.certificates", "postseal.signers", "postseal.readers", RecordField.REJECTED, "postseal.object");
    private static final List<String> WORDS =
            List.of("rule.id", "event.outcome", "postseal.reason", "postseal.direction", RecordField.ACTION);
    private static final List<String> IDS =
            List.of("email.message_id", "postseal.queue_id", "postseal.upstream_id", RecordField.NEXT_HOP_QUEUE_ID);
    private static final List<String> ADDRESSES =
            List.of("email.sender.address", "email.from.address", "email.to.address");

    /** Where the values stand. */
    static final Set<String> FIELDS = Stream.of(IDS, ADDRESSES, CERTIFICATES, WORDS)
            .flatMap(List::stream)
            .collect(Collectors.toUnmodifiableSet());
}
