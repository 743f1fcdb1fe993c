package org.postseal.policy.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.yaml.Nearest;
import org.postseal.policy.yaml.YamlValue;

/**
 * Reads {@code OWAEncryptionAlgorithms} and {@code OWASigningAlgorithms}: {@code item *( ";" item )}. Each item is
 * {@code algid [ ":" keylen ] [ "," oid ]}, where algid is a Windows ALG_ID in four hex digits (learn.microsoft.com,
 * Set-SmimeConfig). An OID selects the algorithm that it names, so it can also select those that have no ALG_ID.
 */
final class AlgorithmLists {
    private AlgorithmLists() {}

    /** Returns the ciphers in order. Each fault becomes a problem, and the faulty item is left out. */
    static List<EncryptionAlgorithm> ciphers(YamlValue value, String list) {
        return read(value, list, CIPHERS, HASHES, "a hash; OWAEncryptionAlgorithms takes ciphers");
    }

    /** Returns the hashes in order, as {@link #ciphers} does. */
    static List<SignedAlgorithm> hashes(YamlValue value, String list) {
        return read(value, list, HASHES, CIPHERS, "a cipher; OWASigningAlgorithms takes hashes");
    }

    private static <T> List<T> read(YamlValue value, String list, Table<T> table, Table<?> other, String ifOther) {
        List<T> found = new ArrayList<>();
        String[] items = list.split(";", -1);
        if (items.length > MOST) {
            value.error("has more than " + MOST + " entries");
            return List.of();
        }
        for (String item : items) {
            Matcher matcher = ITEM.matcher(item);
            if (!matcher.matches()) {
                value.error("'" + YamlValue.clean(item) + "' is not an entry such as 6610, 6602:128 or 660E,OID");
                continue;
            }
            String id = matcher.group(1).toUpperCase(Locale.ROOT);
            if (other.ids.containsKey(id) || (id.equals(RC2) && other.hasRc2())) {
                value.error(id + " is " + ifOther);
                continue;
            }
            Optional<T> algorithm = byId(value, table, id, Optional.ofNullable(matcher.group(2)))
                    .flatMap(named -> Optional.ofNullable(matcher.group(3))
                            .map(oid -> byOid(value, table, oid))
                            .orElse(Optional.of(named)));
            if (algorithm.isPresent() && found.contains(algorithm.get())) {
                value.error("'" + item + "' is there twice");
            } else {
                algorithm.ifPresent(found::add);
            }
        }
        return found;
    }

    private static <T> Optional<T> byId(YamlValue value, Table<T> table, String id, Optional<String> bits) {
        if (id.equals(RC2) && table.hasRc2()) {
            if (bits.isEmpty()) {
                // No documentation says what 6602 without a key length means.
                value.warning("6602 without a key length is taken as 6602:128");
            }
            String key = id + ":" + bits.orElse("128");
            return table.find(key).or(() -> {
                value.error("'" + key + "' is no key length of RC2" + Nearest.hint(key, RC2_LENGTHS));
                return Optional.empty();
            });
        }
        if (bits.isPresent()) {
            value.error("'" + id + ":" + bits.get() + "': only 6602 has a key length");
            return Optional.empty();
        }
        if (id.equals(MISPRINT)) {
            value.error("8804 is a misprint of 8004 (SHA-1) in Microsoft's page");
            return Optional.empty();
        }
        return table.find(id).or(() -> {
            value.error("unknown algorithm '" + id + "'" + Nearest.hint(id, table.ids.keySet()));
            return Optional.empty();
        });
    }

    private static <T> Optional<T> byOid(YamlValue value, Table<T> table, String oid) {
        return Optional.ofNullable(table.oids.get(oid)).or(() -> {
            value.error("this list takes no algorithm with the OID " + oid);
            return Optional.empty();
        });
    }

    /** Algorithms by ALG_ID and by OID; the ALG_ID of RC2 includes the key length. */
    private record Table<T>(Map<String, T> ids, Map<String, T> oids) {
        boolean hasRc2() {
            return ids.containsKey(RC2_LENGTHS.getFirst());
        }

        Optional<T> find(String id) {
            return Optional.ofNullable(ids.get(id));
        }
    }

    private static Table<EncryptionAlgorithm> cipherTable() {
        Map<String, EncryptionAlgorithm> ids = new LinkedHashMap<>();
        ids.put("6601", EncryptionAlgorithm.DES);
        ids.put("6602:40", EncryptionAlgorithm.RC2_40);
        // The mailbox policies have no name for RC2 of 56 bits; its key is no longer than that of RC2 of 64 bits.
        ids.put("6602:56", EncryptionAlgorithm.RC2_40);
        ids.put("6602:64", EncryptionAlgorithm.RC2_64);
        ids.put("6602:128", EncryptionAlgorithm.RC2_128);
        ids.put("6603", EncryptionAlgorithm.TRIPLE_DES);
        ids.put("660E", EncryptionAlgorithm.AES128);
        ids.put("660F", EncryptionAlgorithm.AES192);
        ids.put("6610", EncryptionAlgorithm.AES256);
        Map<String, EncryptionAlgorithm> oids = new LinkedHashMap<>();
        oids.put("1.3.14.3.2.7", EncryptionAlgorithm.DES);
        oids.put("1.2.840.113549.3.2", EncryptionAlgorithm.RC2_128);
        oids.put("1.2.840.113549.3.7", EncryptionAlgorithm.TRIPLE_DES);
        // RFC 3565 §4.1, RFC 5084 §3.2, RFC 8103 §1.1
        oids.put(NIST_AES + "2", EncryptionAlgorithm.AES128);
        oids.put(NIST_AES + "22", EncryptionAlgorithm.AES192);
        oids.put(NIST_AES + "42", EncryptionAlgorithm.AES256);
        oids.put(NIST_AES + "6", EncryptionAlgorithm.AES128_GCM);
        oids.put(NIST_AES + "26", EncryptionAlgorithm.AES192_GCM);
        oids.put(NIST_AES + "46", EncryptionAlgorithm.AES256_GCM);
        oids.put("1.2.840.113549.1.9.16.3.18", EncryptionAlgorithm.CHACHA20_POLY1305);
        return new Table<>(ids, oids);
    }

    private static Table<SignedAlgorithm> hashTable() {
        Map<String, SignedAlgorithm> ids = new LinkedHashMap<>();
        ids.put("8003", SignedAlgorithm.MD5);
        ids.put("8004", SignedAlgorithm.SHA1);
        ids.put("800C", SignedAlgorithm.SHA256);
        ids.put("800D", SignedAlgorithm.SHA384);
        ids.put("800E", SignedAlgorithm.SHA512);
        Map<String, SignedAlgorithm> oids = new LinkedHashMap<>();
        oids.put("1.2.840.113549.2.5", SignedAlgorithm.MD5);
        oids.put("1.3.14.3.2.26", SignedAlgorithm.SHA1);
        // RFC 5754 §2
        oids.put("2.16.840.1.101.3.4.2.1", SignedAlgorithm.SHA256);
        oids.put("2.16.840.1.101.3.4.2.2", SignedAlgorithm.SHA384);
        oids.put("2.16.840.1.101.3.4.2.3", SignedAlgorithm.SHA512);
        return new Table<>(ids, oids);
    }

    private static final int MOST = 32;
    private static final String NIST_AES = "2.16.840.1.101.3.4.1.";
    private static final String RC2 = "6602";
    private static final String MISPRINT = "8804";
    private static final List<String> RC2_LENGTHS = List.of("6602:40", "6602:56", "6602:64", "6602:128");
    private static final Pattern ITEM =
            Pattern.compile("(\\p{XDigit}{4})(?::(\\d{1,4}))?(?:,([0-9]{1,10}(?:\\.[0-9]{1,20}){1,20}))?");
    private static final Table<EncryptionAlgorithm> CIPHERS = cipherTable();
    private static final Table<SignedAlgorithm> HASHES = hashTable();
}
