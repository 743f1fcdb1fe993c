package org.postseal.policy.record;

import java.net.InetAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Author;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.facts.Part;
import org.postseal.policy.facts.Parts;
import org.postseal.policy.header.Headers;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.yaml.Words;

/**
 * Writes facts as names and values in the words of a case; the audit log keeps this form. It leaves out header fields
 * and parts, because they are content, and reverse path, recipient and size, because a record has them anyway.
 */
public final class FactsText {
    private FactsText() {}

    /** Returns the facts by name; an unknown fact has no entry. */
    public static Map<String, List<String>> of(Facts facts) {
        Map<String, List<String>> text = new LinkedHashMap<>();
        Facts.Peer peer = facts.peer();
        put(text, "origin", Optional.of(peer.maySubmit() ? "submission" : "inbound"));
        put(text, "answersForFrom", Optional.of("true").filter(_ -> peer.answersForFrom()));
        put(text, "peer", peer.address().map(InetAddress::getHostAddress));
        put(text, "tls", peer.tls().map(tls -> word(FactsWords.TLS_VERSIONS, tls.version())));
        put(text, "tlsVerified", peer.tls().map(tls -> String.valueOf(tls.isVerified())));
        put(text, "authenticated", peer.authenticated());
        Facts.Message message = facts.message();
        put(text, "from", message.from().map(MailAddress::toString));
        putAll(
                text,
                "authors",
                message.author().readings().stream().map(MailAddress::toString).sorted());
        put(
                text,
                "authorsIncomplete",
                Optional.of("true").filter(_ -> !message.author().isComplete()));
        put(text, "contentType", Optional.of(message.mediaType()));
        put(text, "kind", Optional.of(Words.word(message.kind())));
        putAll(text, "traits", message.traits().stream().sorted().map(Words::word));
        put(text, "time", Optional.of(message.received().toString()));
        Facts.Existing existing = facts.existing();
        put(text, "content", Optional.of(Words.word(existing.content())));
        put(text, "signature", Optional.of(Words.word(existing.signature())));
        putAll(
                text,
                "signedBy",
                existing.signers().stream().map(MailAddress::toString).sorted());
        put(text, "signerIssuer", existing.signerIssuer());
        put(text, "signedWith", existing.digest().map(digest -> word(SignedAlgorithm.WORDS, digest)));
        put(text, "encryptedWith", existing.cipher().map(cipher -> word(EncryptionAlgorithm.WORDS, cipher)));
        put(text, "encryptionDoubt", existing.doubt().map(Words::word));
        put(
                text,
                "signedOutside",
                Optional.of("true").filter(_ -> existing.ciphertext().isSignedOutside()));
        put(text, "unauthenticated", Optional.of("true").filter(_ -> existing.isUnauthenticated()));
        put(text, "suspicious", existing.suspicion().map(Words::word));
        put(text, "ambiguous", Optional.of("true").filter(_ -> existing.isAmbiguous()));
        put(text, "visible", Optional.of(String.valueOf(facts.visible())));
        return text;
    }

    /**
     * Reads facts, without header fields and parts; empty if they cannot be read, such as those of a truncated record.
     *
     * @param reversePath empty for the null path
     */
    public static Optional<Facts> read(
            Map<String, List<String>> text, Optional<MailAddress> reversePath, MailAddress recipient, long size) {
        Reading reading = new Reading(text);
        Facts facts = reading.facts(reversePath, recipient, size);
        return reading.isBroken ? Optional.empty() : Optional.of(facts);
    }

    private static void put(Map<String, List<String>> text, String name, Optional<String> value) {
        value.ifPresent(present -> text.put(name, List.of(present)));
    }

    private static void putAll(Map<String, List<String>> text, String name, Stream<String> values) {
        List<String> all = values.toList();
        if (!all.isEmpty()) {
            text.put(name, all);
        }
    }

    private static <T> String word(Map<String, T> words, T value) {
        return words.entrySet().stream()
                .filter(entry -> entry.getValue().equals(value))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /** Reads facts once. It remembers any fault, so that nothing is guessed. */
    private static final class Reading {
        private final Map<String, List<String>> text;
        private boolean isBroken;

        Reading(Map<String, List<String>> text) {
            this.text = text;
        }

        Facts facts(Optional<MailAddress> reversePath, MailAddress recipient, long size) {
            Optional<Facts.Tls> tls = one("tls", word(FactsWords.TLS_VERSIONS))
                    .map(version -> new Facts.Tls(version, needed("tlsVerified", word(TRUTH), false)));
            Facts.Peer peer = new Facts.Peer(
                    needed("origin", word(FactsWords.ORIGINS), false),
                    one("answersForFrom", word(TRUTH)).orElse(false),
                    one("peer", FactsWords::ip),
                    tls,
                    one("authenticated", Optional::of));
            Facts.Message message = new Facts.Message(
                    reversePath,
                    new Author(
                            one("from", MailAddress::parse),
                            all("authors", MailAddress::parse),
                            one("authorsIncomplete", word(TRUTH)).isEmpty()),
                    Headers.of(Map.of()),
                    size,
                    new Parts(needed("contentType", Optional::of, ""), Reading::notRecorded),
                    needed("kind", word(Words.of(Facts.Kind.class)), Facts.Kind.ORDINARY),
                    all("traits", word(Words.of(Facts.Trait.class))),
                    needed("time", FactsWords::instant, Instant.EPOCH));
            Facts.Existing existing = new Facts.Existing(
                    needed("content", word(Words.of(Facts.Content.class)), Facts.Content.CLEAR),
                    needed("signature", word(Words.of(Facts.Signature.class)), Facts.Signature.UNSIGNED),
                    all("signedBy", MailAddress::parse),
                    one("signerIssuer", Optional::of),
                    one("signedWith", word(SignedAlgorithm.WORDS)),
                    new Facts.Ciphertext(
                            one("encryptedWith", word(EncryptionAlgorithm.WORDS)),
                            one("encryptionDoubt", word(Words.of(EncryptionDoubt.class))),
                            one("signedOutside", word(TRUTH)).orElse(false)),
                    one("unauthenticated", word(TRUTH)).orElse(false),
                    one("suspicious", word(Words.of(Facts.Suspicion.class))),
                    one("ambiguous", word(TRUTH)).orElse(false));
            return new Facts(peer, message, existing, recipient, needed("visible", word(TRUTH), true));
        }

        private static List<Part> notRecorded() {
            throw new IllegalStateException("a condition looks at parts and does not say so");
        }

        private <T> T needed(String name, Function<String, Optional<T>> parser, T otherwise) {
            Optional<T> value = one(name, parser);
            isBroken |= value.isEmpty();
            return value.orElse(otherwise);
        }

        private <T> Optional<T> one(String name, Function<String, Optional<T>> parser) {
            List<String> values = text.getOrDefault(name, List.of());
            if (values.isEmpty()) {
                return Optional.empty();
            }
            Optional<T> value = parser.apply(values.getFirst());
            isBroken |= value.isEmpty();
            return value;
        }

        private <T> Set<T> all(String name, Function<String, Optional<T>> parser) {
            Set<T> all = new LinkedHashSet<>();
            for (String each : text.getOrDefault(name, List.of())) {
                Optional<T> value = parser.apply(each);
                isBroken |= value.isEmpty();
                value.ifPresent(all::add);
            }
            return all;
        }

        private static <T> Function<String, Optional<T>> word(Map<String, T> words) {
            return text -> Optional.ofNullable(words.get(text));
        }

        private static final Map<String, Boolean> TRUTH = Map.of("true", true, "false", false);
    }
}
