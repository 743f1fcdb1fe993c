package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.KeyPlace;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SigningSettings;

/**
 * Tests Exchange's six parameters together with {@code enforcement}: every combination, for every sort of recipient and
 * key. The oracle is written from the documentation and shares nothing with the code that decides.
 */
@Tag("thorough")
class InterplayTest {
    private static final List<String> NEGOTIATIONS =
            List.of("BlockNegotiation", "OnlyStrongAlgorithmNegotiation", "AllowAnyAlgorithmNegotiation");
    private static final List<String> OLD = List.of("RC240bit", "DES", "RC264bit", "RC2128bit", "TripleDES");
    /** The old algorithms that a policy can allow by name. */
    private static final Set<String> MADE_OLD =
            Set.of("RC240bit", "DES", "RC264bit", "RC2128bit", "TripleDES", "MD5", "SHA1");
    // The weakest comes first; with the same key length, an authenticated cipher outranks another one.
    private static final List<String> AES =
            List.of("AES128", "AES128-GCM", "AES192", "AES192-GCM", "AES256", "AES256-GCM");
    private static final Map<String, Cipher> CIPHERS = Map.ofEntries(
            Map.entry("RC240bit", Cipher.RC2_40_CBC),
            Map.entry("DES", Cipher.DES_CBC),
            Map.entry("RC264bit", Cipher.RC2_64_CBC),
            Map.entry("RC2128bit", Cipher.RC2_128_CBC),
            Map.entry("TripleDES", Cipher.TRIPLE_DES_CBC),
            Map.entry("AES128", Cipher.AES128_CBC),
            Map.entry("AES128-GCM", Cipher.AES128_GCM),
            Map.entry("AES192", Cipher.AES192_CBC),
            Map.entry("AES192-GCM", Cipher.AES192_GCM),
            Map.entry("AES256", Cipher.AES256_CBC),
            Map.entry("AES256-GCM", Cipher.AES256_GCM));
    private static final List<String> ALL =
            Stream.concat(OLD.stream(), AES.stream()).toList();
    private static final List<String> DIGESTS = List.of("MD5", "SHA1", "SHA256", "SHA384", "SHA512");
    private static final List<Set<String>> READ = List.of(
            Set.of(),
            Set.of("AES128"),
            Set.of("AES256"),
            Set.of("AES128", "AES192", "AES256"),
            Set.of("AES128", "AES128-GCM"),
            Set.of("AES128-GCM"),
            Set.of("AES256", "AES256-GCM", "AES192-GCM"),
            Set.of("TripleDES"),
            Set.of("RC240bit"),
            Set.of("DES", "RC2128bit"),
            Set.of("TripleDES", "AES128"));

    private record Policy(
            String negotiation,
            boolean softKeys,
            boolean mustEncrypt,
            String cipher,
            String digest,
            boolean mustSign,
            boolean exact,
            Set<String> old) {
        String yaml() {
            return """
                    version: 1
                    internal: [example.com]
                    mailboxPolicies:
                      default:
                        AllowSMIMEEncryptionAlgorithmNegotiation: %s
                        AllowSMIMESoftCerts: %s
                        RequireEncryptedSMIMEMessages: %s
                        RequireEncryptionSMIMEAlgorithm: %s
                        RequireSignedSMIMEAlgorithm: %s
                        RequireSignedSMIMEMessages: %s
                        enforcement: %s
                        allowLegacyAlgorithms: %s
                    rules: [{ id: last, when: always, then: mailboxPolicy }]
                    """.formatted(
                    negotiation, softKeys, mustEncrypt, cipher, digest, mustSign, exact ? "exact" : "minimum", old);
        }
    }

    /** One recipient and one sender; {@code reads} is empty if nobody knows what the recipient reads. */
    private record Parties(Fact certificate, Optional<Set<String>> reads, Fact key, KeyPlace place) {}

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void everyCombination(boolean exact, boolean allows) {
        Set<String> old = allows ? MADE_OLD : Set.of();
        List<Parties> parties = parties();
        int refusedFiles = 0;
        int decided = 0;
        for (Policy policy : policies(exact, old)) {
            RuleSet.Reading reading = RuleSet.read("policy.yaml", policy.yaml());
            boolean isOldCipher = OLD.contains(policy.cipher) && !old.contains(policy.cipher);
            boolean isOldDigest = DIGESTS.indexOf(policy.digest) < 2 && !old.contains(policy.digest);
            if (exact && (isOldCipher || isOldDigest)) {
                // With exact, it would be used, and nobody allowed it by name.
                assertThat(reading).as(policy::toString).isInstanceOf(RuleSet.Broken.class);
                refusedFiles++;
                continue;
            }
            RuleSet ruleSet = ((RuleSet.Loaded) reading).ruleSet();
            Facts facts = Mail.ours("a@example.com", "bob@out.example").facts();
            for (Parties each : parties) {
                Decision decision = ruleSet.decide(facts, new FakeDirectory(each.certificate, each.key, each.place))
                        .decision();
                assertThat(decision).as(() -> policy + " " + each).isEqualTo(oracle(policy, each));
                decided++;
            }
        }
        int ciphersLeft = exact && !allows ? AES.size() : 11;
        int digestsLeft = exact && !allows ? 3 : 5;
        assertThat(decided).isEqualTo(24 * ciphersLeft * digestsLeft * parties.size());
        assertThat(refusedFiles).isEqualTo(24 * (11 * 5 - ciphersLeft * digestsLeft));
    }

    private static Decision oracle(Policy policy, Parties parties) {
        if (policy.mustSign) {
            boolean isAsked = policy.softKeys || parties.place == KeyPlace.HARDWARE;
            if (isAsked && parties.key instanceof Fact.LookupFailed) {
                return new Decision.Defer(Reason.STORE_UNAVAILABLE);
            }
            if (!isAsked || !(parties.key instanceof Fact.Available)) {
                return new Decision.Reject(Reason.NO_SIGNING_KEY);
            }
        }
        Optional<SigningSettings> signing = policy.mustSign ? Optional.of(signing(policy)) : Optional.empty();
        if (!policy.mustEncrypt) {
            return deliver(signing.<Protection>map(Protection.Signed::new).orElse(new Protection.Clear()));
        }
        if (parties.certificate instanceof Fact.LookupFailed) {
            return new Decision.Defer(Reason.CERTIFICATE_LOOKUP_FAILED);
        }
        if (parties.certificate instanceof Fact.NotUsable) {
            return new Decision.Reject(Reason.NO_RECIPIENT_CERTIFICATE);
        }
        Optional<String> cipher = cipher(policy, parties.reads.orElse(Set.of("AES128", "AES192", "AES256")));
        if (cipher.isEmpty()) {
            return new Decision.Reject(Reason.ALGORITHM_NOT_ALLOWED);
        }
        EncryptionSettings encryption =
                new EncryptionSettings(CIPHERS.getOrDefault(cipher.get(), Cipher.AES128_CBC), RsaKeyTransport.PKCS1);
        return deliver(signing.<Protection>map(made -> new Protection.SignedAndEncrypted(made, encryption))
                .orElse(new Protection.Encrypted(encryption)));
    }

    private static Optional<String> cipher(Policy policy, Set<String> reads) {
        // These are the ciphers that both sides have, the weakest first.
        List<String> both = ALL.stream()
                .filter(cipher -> AES.contains(cipher) || policy.old.contains(cipher))
                .filter(reads::contains)
                .toList();
        List<String> enough = both.stream()
                .filter(cipher ->
                        policy.exact ? cipher.equals(policy.cipher) : ALL.indexOf(cipher) >= ALL.indexOf(policy.cipher))
                .toList();
        if (!enough.isEmpty()) {
            // Old ciphers come last, authenticated ones before others, then the named one, then the strongest.
            return enough.stream()
                    .max(Comparator.<String, Boolean>comparing(AES::contains)
                            .thenComparing(cipher -> cipher.endsWith("GCM"))
                            .thenComparing(cipher -> !cipher.endsWith("GCM") && cipher.equals(policy.cipher))
                            .thenComparingInt(ALL::indexOf));
        }
        // All but the four weakest have 112 bits or more and are not RC2.
        return switch (policy.negotiation) {
            case "BlockNegotiation" -> Optional.empty();
            case "OnlyStrongAlgorithmNegotiation" ->
                both.stream()
                        .filter(cipher -> ALL.indexOf(cipher) >= ALL.indexOf("TripleDES"))
                        .reduce((_, last) -> last);
            default -> both.stream().reduce((_, last) -> last);
        };
    }

    private static SigningSettings signing(Policy policy) {
        return new SigningSettings(
                // An old digest is used only if exactly that one is demanded.
                SigningSettings.Digest.valueOf(
                        policy.exact ? policy.digest : DIGESTS.get(Math.max(2, DIGESTS.indexOf(policy.digest)))),
                SigningSettings.RsaPadding.PKCS1,
                true,
                policy.softKeys ? KeyPlace.ANYWHERE : KeyPlace.HARDWARE);
    }

    private static Decision deliver(Protection protection) {
        return new Decision.Deliver(Decision.Incoming.AS_RECEIVED, protection);
    }

    private static List<Policy> policies(boolean exact, Set<String> old) {
        List<Policy> policies = new ArrayList<>();
        List<String> ciphers = new ArrayList<>(OLD);
        ciphers.addAll(AES);
        for (String negotiation : NEGOTIATIONS) {
            for (int bits = 0; bits < 8; bits++) {
                for (String cipher : ciphers) {
                    for (String digest : DIGESTS) {
                        policies.add(new Policy(
                                negotiation,
                                (bits & 1) > 0,
                                (bits & 2) > 0,
                                cipher,
                                digest,
                                (bits & 4) > 0,
                                exact,
                                old));
                    }
                }
            }
        }
        return policies;
    }

    private static List<Parties> parties() {
        List<Parties> parties = new ArrayList<>();
        for (Fact key : List.of(FakeDirectory.YES, FakeDirectory.NO, FakeDirectory.DOWN)) {
            for (KeyPlace place : KeyPlace.values()) {
                parties.add(new Parties(FakeDirectory.NO, Optional.empty(), key, place));
                parties.add(new Parties(FakeDirectory.DOWN, Optional.empty(), key, place));
                parties.add(new Parties(FakeDirectory.YES, Optional.empty(), key, place));
                parties.add(new Parties(P256_OF_WHOM_NOTHING_IS_KNOWN, Optional.empty(), key, place));
                for (Set<String> reads : READ) {
                    for (Capabilities.Source source : KNOWN) {
                        parties.add(new Parties(rsa(source, reads), Optional.of(reads), key, place));
                        parties.add(new Parties(p256(source, reads), Optional.of(reads), key, place));
                    }
                }
            }
        }
        return parties;
    }

    private static Fact rsa(Capabilities.Source source, Set<String> reads) {
        return new Fact.Available(
                new KeyFacts(KeyKind.RSA, 2048),
                new Capabilities(source, ciphers(reads), Set.of(RsaKeyTransport.PKCS1)));
    }

    /** Returns a certificate whose key agrees on keys, whatever RSA transport its owner reads. */
    private static Fact p256(Capabilities.Source source, Set<String> reads) {
        return new Fact.Available(new KeyFacts(KeyKind.EC, 256), new Capabilities(source, ciphers(reads), Set.of()));
    }

    private static Set<Cipher> ciphers(Set<String> reads) {
        return reads.stream().map(CIPHERS::get).collect(Collectors.toSet());
    }

    private static final List<Capabilities.Source> KNOWN =
            List.of(Capabilities.Source.VERIFIED_MAIL, Capabilities.Source.CERTIFICATE);
    private static final Fact P256_OF_WHOM_NOTHING_IS_KNOWN =
            new Fact.Available(new KeyFacts(KeyKind.EC, 256), Capabilities.UNKNOWN);
}
