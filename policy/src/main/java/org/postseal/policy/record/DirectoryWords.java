package org.postseal.policy.record;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.CertificateStatus;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.facts.DirectoryFacts.Match;
import org.postseal.policy.facts.DirectoryFacts.Membership;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.yaml.Words;

/** The words for the answers of {@code DirectoryFacts} in cases and in the audit log. */
public final class DirectoryWords {
    private DirectoryWords() {}

    /** Returns one word, followed by the key and the capabilities if they are known. */
    public static String word(Fact fact) {
        return switch (fact) {
            case Fact.Available usable -> usable.equals(new Fact.Available()) ? USABLE : USABLE + " " + text(usable);
            case Fact.NotUsable(var status) -> word(status);
            case Fact.LookupFailed _ -> LOOKUP_FAILED;
        };
    }

    /**
     * Returns the fact for a word, which a key and capabilities may follow:
     * {@code usable EC 256 verifiedMail AES256-GCM}.
     */
    public static Optional<Fact> fact(String text) {
        Fact known = FACTS.get(text);
        if (known != null) {
            return Optional.of(known);
        }
        String[] words = text.split(" ", -1);
        if (words.length < 4 || !words[0].equals(USABLE)) {
            return Optional.empty();
        }
        Capabilities.Source source = SOURCES.get(words[3]);
        Optional<KeyFacts> key = key(words[1] + " " + words[2]);
        List<String> reads = List.of(words).subList(4, words.length);
        return source == null || !reads.stream().allMatch(READS::contains)
                ? Optional.empty()
                : key.map(facts -> new Fact.Available(facts, capabilities(source, reads)));
    }

    /** Reads a kind of key and its bits, such as {@code RSA 2048}. */
    public static Optional<KeyFacts> key(String text) {
        int blank = text.indexOf(' ');
        String bits = text.substring(blank + 1);
        return Arrays.stream(KeyKind.values())
                .filter(kind -> blank > 0 && kind.word().equals(text.substring(0, blank)) && bits.matches("[0-9]{1,5}"))
                .findFirst()
                .map(kind -> new KeyFacts(kind, Integer.parseInt(bits)));
    }

    /**
     * Returns what the owner of a certificate reads, from the names in an audit record or a case.
     *
     * @param reads names of ciphers and key transports, each one of {@link #READS}
     */
    public static Capabilities capabilities(Capabilities.Source source, List<String> reads) {
        Set<EncryptionSettings.Cipher> ciphers = EnumSet.noneOf(EncryptionSettings.Cipher.class);
        Set<EncryptionSettings.RsaKeyTransport> transports = EnumSet.noneOf(EncryptionSettings.RsaKeyTransport.class);
        for (EncryptionSettings.Cipher cipher : EncryptionSettings.Cipher.values()) {
            if (reads.contains(name(cipher))) {
                ciphers.add(cipher);
            }
        }
        for (EncryptionSettings.RsaKeyTransport transport : EncryptionSettings.RsaKeyTransport.values()) {
            if (reads.contains(name(transport))) {
                transports.add(transport);
            }
        }
        return new Capabilities(source, ciphers, transports);
    }

    private static String text(Fact.Available usable) {
        Capabilities reads = usable.reads();
        StringBuilder text = new StringBuilder(usable.key() + " " + Words.word(reads.source()));
        reads.ciphers().stream().sorted().forEach(cipher -> text.append(' ').append(name(cipher)));
        reads.keyTransports().stream().sorted().forEach(each -> text.append(' ').append(name(each)));
        return text.toString();
    }

    /** Writes {@code AES256_CBC} as {@code AES256-CBC}. */
    private static String name(Enum<?> constant) {
        return constant.name().replace('_', '-');
    }

    private static List<String> reads() {
        List<String> words = new ArrayList<>();
        for (EncryptionSettings.Cipher cipher : EncryptionSettings.Cipher.values()) {
            words.add(name(cipher));
        }
        for (EncryptionSettings.RsaKeyTransport transport : EncryptionSettings.RsaKeyTransport.values()) {
            words.add(name(transport));
        }
        return List.copyOf(words);
    }

    /** Returns {@code member}, {@code notMember} or {@code lookupFailed}. */
    public static String word(Membership membership) {
        return switch (membership) {
            case Membership.Member _ -> MEMBER;
            case Membership.NotMember _ -> NOT_MEMBER;
            case Membership.LookupFailed _ -> LOOKUP_FAILED;
        };
    }

    /**
     * Returns {@code forCertificate}, {@code forKey}, {@code forOthers} or {@code lookupFailed}, or the word that says
     * why no certificate is usable.
     */
    public static String word(Match match) {
        return switch (match) {
            case Match.ByCertificate _ -> FOR_CERTIFICATE;
            case Match.ByKey _ -> FOR_KEY;
            case Match.ByNone _ -> FOR_OTHERS;
            case Match.NotKnown(CertificateStatus status) -> word(status);
            case Match.LookupFailed _ -> LOOKUP_FAILED;
        };
    }

    static Optional<Match> match(String word) {
        return switch (word) {
            case FOR_CERTIFICATE -> Optional.of(new Match.ByCertificate());
            case FOR_KEY -> Optional.of(new Match.ByKey());
            case FOR_OTHERS -> Optional.of(new Match.ByNone());
            default ->
                Optional.ofNullable(FACTS.get(word)).flatMap(fact -> switch (fact) {
                    case Fact.NotUsable(CertificateStatus status) -> Optional.of(new Match.NotKnown(status));
                    case Fact.LookupFailed(String why) -> Optional.of(new Match.LookupFailed(why));
                    case Fact.Available _ -> Optional.empty();
                });
        };
    }

    private static String word(CertificateStatus status) {
        return switch (status) {
            case CertificateStatus.Usable _ -> USABLE;
            case CertificateStatus.Missing _ -> "missing";
            case CertificateStatus.NotYetValid _ -> "notYetValid";
            case CertificateStatus.Expired _ -> "expired";
            case CertificateStatus.Revoked _ -> "revoked";
            case CertificateStatus.IssuerRevoked _ -> "issuerRevoked";
            case CertificateStatus.Untrusted _ -> "untrusted";
            case CertificateStatus.WrongUsage _ -> "wrongUsage";
            case CertificateStatus.AddressMismatch _ -> "addressMismatch";
            case CertificateStatus.RevocationOffline _ -> "revocationOffline";
            case CertificateStatus.RevocationUnknown _ -> "revocationUnknown";
            case CertificateStatus.Blocked _ -> "blocked";
        };
    }

    private static Map<String, Fact> facts() {
        Map<String, Fact> words = new LinkedHashMap<>();
        words.put(USABLE, new Fact.Available());
        put(words, new CertificateStatus.Missing());
        put(words, new CertificateStatus.NotYetValid(LATER));
        put(words, new CertificateStatus.Expired(EARLIER));
        put(words, new CertificateStatus.Revoked(EARLIER));
        put(words, new CertificateStatus.IssuerRevoked(EARLIER));
        put(words, new CertificateStatus.Untrusted(AS_WRITTEN));
        put(words, new CertificateStatus.WrongUsage(AS_WRITTEN));
        put(words, new CertificateStatus.AddressMismatch(AS_WRITTEN));
        put(words, new CertificateStatus.RevocationOffline(AS_WRITTEN));
        put(words, new CertificateStatus.RevocationUnknown(AS_WRITTEN));
        put(words, new CertificateStatus.Blocked(AS_WRITTEN));
        words.put(LOOKUP_FAILED, new Fact.LookupFailed(NOT_REACHED));
        return words;
    }

    private static void put(Map<String, Fact> words, CertificateStatus status) {
        words.put(word(status), new Fact.NotUsable(status));
    }

    private static Map<String, Membership> memberships() {
        return Map.of(
                MEMBER,
                new Membership.Member(),
                NOT_MEMBER,
                new Membership.NotMember(),
                LOOKUP_FAILED,
                new Membership.LookupFailed(NOT_REACHED));
    }

    public static final String USABLE = "usable";
    public static final String LOOKUP_FAILED = "lookupFailed";
    public static final String NOT_REACHED = "the look-up fails";
    private static final String FOR_CERTIFICATE = "forCertificate";
    private static final String FOR_KEY = "forKey";
    private static final String FOR_OTHERS = "forOthers";
    private static final String MEMBER = "member";
    private static final String NOT_MEMBER = "notMember";
    private static final String AS_WRITTEN = "no more is known";
    private static final Instant EARLIER = Instant.parse("2025-12-31T00:00:00Z");
    private static final Instant LATER = Instant.parse("2026-12-31T00:00:00Z");
    /** The algorithms that a recipient can be known to read. */
    public static final List<String> READS = reads();

    public static final Map<String, Capabilities.Source> SOURCES = Words.of(Capabilities.Source.class);
    public static final Map<String, Fact> FACTS = facts();
    public static final Map<String, Membership> MEMBERSHIPS = memberships();
}
