package org.postseal.policy.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of {@code OWAEncryptionAlgorithms} or {@code OWASigningAlgorithms}: hex identifiers of Windows in order of
 * preference, separated by semicolons. RC2 has its key length, and any algorithm may have an object identifier of a
 * provider: {@code 6603;6602:128;660E,2.16.840.1.101.3.4.1.2}.
 *
 * @param items at least one
 */
record AlgorithmList(List<Item> items) {
    /**
     * One algorithm.
     *
     * @param id four hex digits in upper case
     * @param bits key length; only RC2 has one
     * @param oid as written after the comma
     */
    record Item(String id, Optional<Integer> bits, Optional<String> oid) {
        @Override
        public String toString() {
            return id
                    + bits.map(length -> ":" + length).orElse("")
                    + oid.map(text -> "," + text).orElse("");
        }
    }

    enum Kind {
        ENCRYPTION("6610", "AES-256"),
        SIGNING("800C", "SHA-256");

        private final String substitute;
        private final String name;

        Kind(String substitute, String name) {
            this.substitute = substitute;
            this.name = name;
        }

        /**
         * Returns the algorithm that replaces a list that is missing or cannot be read. For a signing list, Exchange
         * itself takes SHA-1.
         */
        String substitute() {
            return substitute;
        }

        /** Returns the name of {@link #substitute} for people. */
        String substituteName() {
            return name;
        }

        private Map<String, String> names() {
            return this == ENCRYPTION ? CIPHERS : DIGESTS;
        }
    }

    sealed interface Reading {}

    record Read(AlgorithmList list) implements Reading {}

    /** @param why completes "cannot be read: " */
    record Malformed(String why) implements Reading {}

    static Reading read(Kind kind, String text) {
        String[] parts = text.split(";", -1);
        if (parts.length > MOST) {
            return new Malformed("more than " + MOST + " algorithms");
        }
        List<Item> items = new ArrayList<>();
        for (String part : parts) {
            Matcher matcher = ITEM.matcher(part.strip());
            if (!matcher.matches()) {
                return new Malformed("algorithm " + (items.size() + 1) + " is not ID[:BITS][,OID]");
            }
            Item item = new Item(
                    matcher.group(1).toUpperCase(Locale.ROOT),
                    Optional.ofNullable(matcher.group(2)).map(Integer::valueOf),
                    Optional.ofNullable(matcher.group(3)));
            Optional<String> fault = fault(kind, item);
            if (fault.isPresent()) {
                return new Malformed(fault.get());
            }
            items.add(item);
        }
        return new Read(new AlgorithmList(List.copyOf(items)));
    }

    private static Optional<String> fault(Kind kind, Item item) {
        if (item.id.equals("8804")) {
            return Optional.of("8804 is a slip in Microsoft's page for 8004");
        }
        if (!kind.names().containsKey(item.id)) {
            return Optional.of(item.id + " is not the identifier of "
                    + (kind == Kind.ENCRYPTION ? "a cipher" : "a hash") + " (valid: "
                    + String.join(", ", kind.names().keySet().stream().sorted().toList()) + ")");
        }
        if (item.bits.isPresent() && !(item.id.equals(RC2) && RC2_BITS.contains(item.bits.get()))) {
            return Optional.of(
                    item.id.equals(RC2)
                            ? "RC2 has keys of 40, 56, 64 or 128 bits, not " + item.bits.get()
                            : "only RC2 (6602) has a key length");
        }
        return Optional.empty();
    }

    /** Gives RC2 128 bits where it has no key length; no documentation says what a missing length means. */
    AlgorithmList withKeyLengths() {
        return new AlgorithmList(items.stream()
                .map(item -> isWithoutLength(item) ? new Item(item.id, Optional.of(128), item.oid) : item)
                .toList());
    }

    /** Returns the names of the algorithms that are too old to be used for new messages. */
    List<String> legacy() {
        return items.stream()
                .map(Item::id)
                .filter(LEGACY::contains)
                .distinct()
                .map(id -> CIPHERS.getOrDefault(id, DIGESTS.getOrDefault(id, id)))
                .toList();
    }

    /** Returns the list as Set-SmimeConfig takes it. */
    @Override
    public String toString() {
        return String.join(";", items.stream().map(Item::toString).toList());
    }

    private static boolean isWithoutLength(Item item) {
        return item.id.equals(RC2) && item.bits.isEmpty();
    }

    private static final int MOST = 31;
    private static final String RC2 = "6602";
    private static final Set<Integer> RC2_BITS = Set.of(40, 56, 64, 128);
    private static final Map<String, String> CIPHERS =
            Map.of("6601", "DES", RC2, "RC2", "6603", "3DES", "660E", "AES-128", "660F", "AES-192", "6610", "AES-256");
    private static final Map<String, String> DIGESTS =
            Map.of("8003", "MD5", "8004", "SHA-1", "800C", "SHA-256", "800D", "SHA-384", "800E", "SHA-512");
    private static final Set<String> LEGACY = Set.of("6601", RC2, "6603", "8003", "8004");
    private static final Pattern ITEM =
            Pattern.compile("(\\p{XDigit}{4})(?::(\\d{1,4}))?(?:,([0-2](?:\\.\\d{1,20}){1,20}))?");
}
