package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a record can be found by: its whole values, each as a number of {@link #BITS} bits made of its SHA-256. Two values may have the same number, by chance or since a sender
 * wanted it, so that a record is looked at before it is believed to be meant.
 */
final class AuditTerms {
    private AuditTerms() {}

    /** Of a record, or of a line that is none of ours: none. */
    static Stream<Long> of(AuditLine line) {
        return Stream.of(
                        ids(line).map(id -> term(ID, id)),
                        addresses(line).map(address -> term(ADDRESS, address)),
                        certificates(line).map(digits -> term(CERTIFICATE, digits)),
                        WORDS.stream().flatMap(field -> line.first(field).map(word -> term(field, word)).stream()))
                .flatMap(terms -> terms);
    }

    /** Message-ID, our queue id, the upstream's and the next hop's. */
    static Stream<String> ids(AuditLine line) {
        return Stream.of("email.message_id", "postseal.queue_id", "postseal.upstream_id", AuditFormat.NEXT_HOP_QUEUE_ID)
                .flatMap(field -> line.first(field).stream())
                .map(AuditTerms::id);
    }

    /** Reverse path, From address and recipient, and the domain of each; each once. */
    static Stream<String> addresses(AuditLine line) {
        return Stream.of("email.sender.address", "email.from.address", "email.to.address")
                .flatMap(field -> line.first(field).stream())
                .map(AuditTerms::address)
                .flatMap(address -> Stream.of(address, domain(address)))
                .filter(text -> !text.isEmpty())
                .distinct();
    }

    /** SHA-256 of certificates, in lower case. */
    static Stream<String> certificates(AuditLine line) {
        return CERTIFICATES.stream()
                .flatMap(field -> line.all(field).stream())
                .flatMap(value -> FINGERPRINT
                        .matcher(value.toLowerCase(Locale.ROOT))
                        .results()
                        .map(MatchResult::group));
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
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest((kind + "\0" + value).getBytes(UTF_8));
            long number = 0;
            for (int i = 0; i < BITS / Byte.SIZE; i++) {
                number = number << Byte.SIZE | (digest[i] & 0xFF);
            }
            return number;
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    static final int BITS = 40;
    static final String ID = "id";
    static final String ADDRESS = "address";
    static final String CERTIFICATE = "certificate";
    static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");
    static final List<String> CERTIFICATES = List.of(
            "postseal.certificates", "postseal.signers", "postseal.readers", AuditFormat.REJECTED, "postseal.object");
    private static final List<String> WORDS =
            List.of("rule.id", "event.outcome", "postseal.reason", "postseal.direction", "event.action");
}
