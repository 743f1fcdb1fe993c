package org.postseal.policy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.MailboxPolicy.Assignment;
import org.postseal.policy.MailboxPolicy.Enforcement;
import org.postseal.policy.MailboxPolicy.Negotiation;
import org.postseal.policy.MailboxPolicy.Require;
import org.postseal.policy.yaml.Nearest;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code mailboxPolicies} and checks them against each other. Used once. */
final class MailboxPolicyReader {
    private final Set<String> groups;
    private final DomainSet internal;
    private final Map<String, MailboxPolicy> policies = new LinkedHashMap<>();
    private final Map<String, YamlMapping> written = new HashMap<>();
    private final Map<Object, String> assigned = new HashMap<>();

    MailboxPolicyReader(Set<String> groups, DomainSet internal) {
        this.groups = groups;
        this.internal = internal;
    }

    Map<String, MailboxPolicy> read(YamlMapping section) {
        section.all().forEach((name, value) -> {
            if (!PolicyReader.isName(name)) {
                value.error(PolicyReader.NAME_RULE);
            }
            value.mapping().ifPresent(mapping -> {
                written.put(name, mapping);
                policies.put(name, policy(name, mapping));
            });
        });
        checkParents();
        return policies;
    }

    /** What can only be seen once the whole is known: settings that weaken, exact legacy algorithms, policies for nobody. */
    void check(SmimeConfig smime) {
        MailboxPolicies all = new MailboxPolicies(policies, Map.of(), smime);
        Set<String> extended = new HashSet<>();
        policies.values().forEach(policy -> policy.parent().ifPresent(extended::add));
        policies.forEach((name, policy) -> {
            boolean isDefault = name.equals(MailboxPolicy.DEFAULT);
            Settings above = isDefault
                    ? Settings.BUILT_IN.with(smime)
                    : policy.parent()
                            .map(policies::get)
                            .map(parent -> all.level(all.organisation(), parent))
                            .orElse(all.organisation());
            checkWeakening(policy, above);
            checkLegacy(policy, above.then(policy));
            if (!isDefault && !mapping(name).names().contains("appliesTo") && !extended.contains(name)) {
                mapping(name).warning("applies to nobody: no appliesTo, and no policy extends it");
            }
        });
    }

    private MailboxPolicy policy(String name, YamlMapping mapping) {
        mapping.bool("allowLegacyAlgorithms")
                .filter(allowed -> allowed)
                .ifPresent(_ ->
                        mapping.value("allowLegacyAlgorithms").orElseThrow().error("not supported yet"));
        MailboxPolicy policy = new MailboxPolicy(
                name,
                mapping.string("extends"),
                mapping.value("appliesTo").map(value -> appliesTo(name, value)).orElse(Assignment.NONE),
                mapping.bool(Require.MESSAGES_SIGNED.word()),
                mapping.word(Require.SIGNED_ALGORITHM.word(), SignedAlgorithm.WORDS),
                mapping.bool(Require.MESSAGES_ENCRYPTED.word()),
                mapping.word(Require.ENCRYPTION_ALGORITHM.word(), EncryptionAlgorithm.WORDS),
                mapping.word("AllowSMIMEEncryptionAlgorithmNegotiation", NEGOTIATION),
                mapping.bool("AllowSMIMESoftCerts"),
                mapping.word("enforcement", Enforcement.class),
                mapping.word("RSAKeyTransport", KEY_TRANSPORT),
                mapping.word("RSASignaturePadding", PADDING),
                mayWeaken(mapping));
        mapping.refuseOthers();
        return policy;
    }

    private static Set<Require> mayWeaken(YamlMapping mapping) {
        Map<String, Require> words = new LinkedHashMap<>();
        for (Require require : Require.values()) {
            words.put(require.word(), require);
        }
        Set<Require> named = EnumSet.noneOf(Require.class);
        for (YamlValue item : mapping.oneOrMore("mayWeaken")) {
            item.word(words).ifPresent(require -> {
                named.add(require);
                if (!mapping.names().contains(require.word())) {
                    item.error("this policy does not set " + require.word() + ", so it cannot let others weaken it");
                }
            });
        }
        return named;
    }

    private Assignment appliesTo(String policy, YamlValue value) {
        if (policy.equals(MailboxPolicy.DEFAULT)) {
            value.error("the default policy is for everybody; leave appliesTo out");
            return Assignment.NONE;
        }
        List<MailAddress> users = new ArrayList<>();
        List<String> named = new ArrayList<>();
        List<DomainSet.Entry> domains = new ArrayList<>();
        for (YamlValue item : value.oneOrMore()) {
            item.string().ifPresent(text -> {
                if (text.startsWith(GROUP)) {
                    group(item, text.substring(GROUP.length())).ifPresent(named::add);
                } else if (text.contains("@")) {
                    item.parsed("a mail address", MailAddress::parse).ifPresent(user -> {
                        users.add(user);
                        assign(policy, user, item);
                        warnIfOutside(item, new DomainSet.Entry(user.domain(), false));
                    });
                } else {
                    item.parsed("an address, a domain, *.domain or group:NAME", DomainSet.Entry::parse)
                            .ifPresent(entry -> {
                                domains.add(entry);
                                assign(policy, entry, item);
                                warnIfOutside(item, entry);
                            });
                }
            });
        }
        return new Assignment(users, named, domains);
    }

    private Optional<String> group(YamlValue item, String name) {
        if (groups.contains(name)) {
            return Optional.of(name);
        }
        item.error("unknown group '" + YamlValue.clean(name) + "'" + Nearest.hint(name, groups));
        return Optional.empty();
    }

    private void assign(String policy, Object to, YamlValue item) {
        String other = assigned.putIfAbsent(to, policy);
        if (other != null) {
            item.error(
                    other.equals(policy)
                            ? "is there twice"
                            : "already has mailbox policy " + other + "; one of the two must go");
        }
    }

    private void warnIfOutside(YamlValue item, DomainSet.Entry entry) {
        if (!internal.covers(entry)) {
            item.warning("is not internal, so no mail from there has a mailbox policy");
        }
    }

    private void checkParents() {
        policies.replaceAll((name, policy) -> {
            if (policy.parent().isEmpty()) {
                return policy;
            }
            String parent = policy.parent().get();
            YamlValue value = mapping(name).value("extends").orElseThrow();
            if (!policies.containsKey(parent)) {
                List<String> others = policies.keySet().stream()
                        .filter(other -> !other.equals(name))
                        .toList();
                value.error("unknown mailbox policy '" + YamlValue.clean(parent) + "'" + Nearest.hint(parent, others));
                return withoutParent(policy);
            }
            if (isInCircle(name)) {
                value.error("extends itself in a circle");
                return withoutParent(policy);
            }
            return policy;
        });
    }

    private boolean isInCircle(String name) {
        Set<String> seen = new HashSet<>();
        Optional<MailboxPolicy> next = Optional.ofNullable(policies.get(name));
        while (next.isPresent()) {
            if (!seen.add(next.get().name())) {
                return true;
            }
            next = next.get().parent().map(policies::get);
        }
        return false;
    }

    private void checkWeakening(MailboxPolicy policy, Settings above) {
        policy.requireSigned()
                .filter(above.signed()::forbids)
                .ifPresent(_ -> weakens(policy, Require.MESSAGES_SIGNED, above.signed()));
        policy.signedAlgorithm()
                .filter(above.signedAlgorithm()::forbids)
                .ifPresent(_ -> weakens(policy, Require.SIGNED_ALGORITHM, above.signedAlgorithm()));
        policy.requireEncrypted()
                .filter(above.encrypted()::forbids)
                .ifPresent(_ -> weakens(policy, Require.MESSAGES_ENCRYPTED, above.encrypted()));
        policy.encryptionAlgorithm()
                .filter(above.encryptionAlgorithm()::forbids)
                .ifPresent(_ -> weakens(policy, Require.ENCRYPTION_ALGORITHM, above.encryptionAlgorithm()));
    }

    private void weakens(MailboxPolicy policy, Require what, Requirement<?> above) {
        mapping(policy.name())
                .value(what.word())
                .orElseThrow()
                .error("weakens what " + above.from() + " requires, which does not say mayWeaken: [" + what.word()
                        + "]");
    }

    private void checkLegacy(MailboxPolicy policy, Settings settings) {
        if (settings.enforcement() != Enforcement.EXACT) {
            return;
        }
        if (settings.signedAlgorithm().value().isLegacy()) {
            legacy(
                    policy,
                    Require.SIGNED_ALGORITHM,
                    settings.signedAlgorithm().value().name(),
                    policy.signedAlgorithm());
        }
        if (settings.encryptionAlgorithm().value().isLegacy()) {
            String word = settings.encryptionAlgorithm().value().word();
            legacy(policy, Require.ENCRYPTION_ALGORITHM, word, policy.encryptionAlgorithm());
        }
    }

    private void legacy(MailboxPolicy policy, Require key, String algorithm, Optional<?> own) {
        YamlMapping mapping = mapping(policy.name());
        // Said once, at the line that makes it so; a policy that only inherits both is not to blame.
        Optional<YamlValue> culprit = own.isPresent()
                ? mapping.value(key.word())
                : policy.enforcement().flatMap(_ -> mapping.value("enforcement"));
        culprit.ifPresent(value -> value.error("with enforcement: exact this would make new mail with " + algorithm
                + ", which is no longer safe; use enforcement: minimum or a stronger algorithm"
                + " (allowLegacyAlgorithms is not supported yet)"));
    }

    private YamlMapping mapping(String name) {
        return Objects.requireNonNull(written.get(name));
    }

    private static MailboxPolicy withoutParent(MailboxPolicy policy) {
        return new MailboxPolicy(
                policy.name(),
                Optional.empty(),
                policy.appliesTo(),
                policy.requireSigned(),
                policy.signedAlgorithm(),
                policy.requireEncrypted(),
                policy.encryptionAlgorithm(),
                policy.negotiation(),
                policy.softCertificates(),
                policy.enforcement(),
                policy.keyTransport(),
                policy.padding(),
                policy.mayWeaken());
    }

    private static Map<String, Negotiation> negotiationWords() {
        Map<String, Negotiation> words = new LinkedHashMap<>();
        for (Negotiation negotiation : Negotiation.values()) {
            words.put(negotiation.word(), negotiation);
        }
        return words;
    }

    private static <T> Map<String, T> ordered(String first, T one, String second, T two) {
        Map<String, T> words = new LinkedHashMap<>();
        words.put(first, one);
        words.put(second, two);
        return words;
    }

    static final Map<String, EncryptionSettings.RsaKeyTransport> KEY_TRANSPORT = ordered(
            "PKCS1", EncryptionSettings.RsaKeyTransport.PKCS1,
            "OAEP-SHA256", EncryptionSettings.RsaKeyTransport.OAEP_SHA256);
    static final Map<String, SigningSettings.RsaPadding> PADDING =
            ordered("PKCS1", SigningSettings.RsaPadding.PKCS1, "PSS", SigningSettings.RsaPadding.PSS);
    static final String GROUP = "group:";
    static final Map<String, Negotiation> NEGOTIATION = negotiationWords();
}
