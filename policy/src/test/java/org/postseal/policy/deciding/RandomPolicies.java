package org.postseal.policy.deciding;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;

/** Makes valid policies, messages and answers of directories at random. */
final class RandomPolicies {
    static final List<String> ADDRESSES = List.of(
            "a@in.example",
            "b@in.example",
            "c@sub.in.example",
            "x@out.example",
            "y@bank.example",
            "z@sub.bank.example");
    private static final List<String> DEMANDS = List.of("required", "ifPossible", "never");

    private final Random random;

    RandomPolicies(Random random) {
        this.random = random;
    }

    String policy() {
        StringBuilder yaml =
                new StringBuilder("version: 1\ninternal: [in.example, '*.in.example']\nquarantine: q@in.example\n");
        yaml.append("groups: { g: [a@in.example, b@in.example], far: { ldap: CN=far, server: corp } }\n");
        boolean defaultEncrypts = random.nextInt(4) == 0;
        yaml.append("mailboxPolicies:\n  default:\n");
        yaml.append("    RequireSignedSMIMEMessages: ")
                .append(random.nextInt(3) == 0)
                .append('\n');
        yaml.append("    RequireEncryptedSMIMEMessages: ")
                .append(defaultEncrypts)
                .append('\n');
        boolean mayWeaken = random.nextBoolean();
        yaml.append(mayWeaken ? "    mayWeaken: [RequireEncryptedSMIMEMessages]\n" : "");
        yaml.append("  some:\n    appliesTo: [")
                .append(oneOf("group:g", "group:far", "a@in.example", "'*.in.example'", "in.example"))
                .append("]\n");
        yaml.append("    RequireEncryptedSMIMEMessages: ")
                .append(random.nextBoolean() || (defaultEncrypts && !mayWeaken))
                .append('\n');
        yaml.append("rules:\n");
        for (int i = random.nextInt(4); i > 0; i--) {
            yaml.append("  - id: r").append(i).append("\n    when: { ").append(condition());
            if (random.nextInt(4) == 0) {
                yaml.append(", kind: ").append(oneOf("[ordinary, autoReply, nullSender]", "autoReply", "nullSender"));
            }
            yaml.append(" }\n    then: ").append(action()).append('\n');
        }
        return yaml.append("  - { id: last, when: always, then: ")
                .append(action())
                .append(" }\n")
                .toString();
    }

    private String condition() {
        return switch (random.nextInt(11)) {
            case 9 -> "suspicious: " + oneOf("true", "false");
            case 0 -> "direction: " + oneOf("outbound", "inbound", "internal", "forwarded");
            case 1 -> "recipientDomain: " + oneOf("bank.example", "'*.bank.example'", "in.example");
            case 2 -> "sender: " + oneOf("a@in.example", "'group:g'", "x@out.example");
            case 3 -> "content: " + oneOf("clear", "signed", "encrypted", "otherCms");
            case 4 -> "signature: " + oneOf("valid", "invalid", "unsigned");
            case 5 -> "signedBy: " + oneOf("out.example", "'group:far'");
            case 6 -> "trait: " + oneOf("rightsProtected", "reply", "[calendar, tnef]");
            case 7 -> "size: { over: 9M }";
            case 8 -> "sender: 'group:far'";
            default -> "subject: { matches: '^s(e|ee)?c' }";
        };
    }

    private String action() {
        if (random.nextInt(3) == 0) {
            return oneOf("mailboxPolicy", "mailboxPolicy", "reject", "defer", "redirect");
        }
        StringBuilder then = new StringBuilder("{ onMissingCertificate: ")
                .append(oneOf("reject", "rejectAll", "sendSigned", "defer", "redirect"));
        maybe(
                then,
                "sign",
                () -> then.indexOf("sendSigned") > 0
                        ? oneOf("required", "ifPossible")
                        : oneOf(DEMANDS.toArray(String[]::new)));
        maybe(then, "encrypt", () -> oneOf(DEMANDS.toArray(String[]::new)));
        maybe(then, "decrypt", () -> oneOf("ifPossible", "never"));
        maybe(then, "verify", () -> "ifPossible");
        maybe(then, "onLookupFailure", () -> oneOf("defer", "redirect"));
        maybe(then, "onWeakProtection", () -> oneOf("deliver", "reject", "redirect"));
        maybe(then, "requireSigned", () -> "true, onUnsigned: " + oneOf("deliver", "reject", "defer", "redirect"));
        maybe(
                then,
                "requireEncrypted",
                () -> "true, onUnencrypted: " + oneOf("deliver", "reject", "defer", "redirect"));
        if (random.nextInt(4) == 0) {
            then.append(", acceptSenderEncryption: ").append(oneOf("forRecipient", "structure", "never"));
        }
        maybe(then, "onUnauthenticated", () -> oneOf("deliver", "leaveClosed", "redirect"));
        maybe(then, "onSuspicious", () -> oneOf("deliver", "leaveClosed", "redirect"));
        maybe(then, "strip", () -> "true");
        maybe(then, "subjectTag", () -> "'[x]'");
        maybe(then, "notify", () -> "sender");
        maybe(then, "onInvalidSignature", () -> oneOf("deliver", "reject", "redirect"));
        return then.append(" }").toString();
    }

    private void maybe(StringBuilder then, String key, Supplier<String> value) {
        if (random.nextBoolean()) {
            then.append(", ").append(key).append(": ").append(value.get());
        }
    }

    Facts facts() {
        Optional<MailAddress> from = address();
        return new Facts(
                new Facts.Peer(
                        random.nextBoolean(),
                        random.nextInt(4) == 0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new Facts.Message(
                        random.nextBoolean() ? from : address(),
                        from,
                        random.nextBoolean() ? Map.of() : Map.of("subject", List.of("secret", "=?x?B?%?=")),
                        random.nextInt(20_000_000),
                        "text/plain",
                        random.nextInt(3) > 0 ? Facts.Kind.ORDINARY : one(Facts.Kind.values()),
                        random.nextInt(3) > 0 ? Set.of() : Set.of(one(Facts.Trait.values())),
                        Instant.ofEpochSecond(1_700_000_000L + random.nextInt(100_000_000))),
                new Facts.Existing(
                        one(Facts.Content.values()),
                        one(Facts.Signature.values()),
                        random.nextBoolean() ? Set.of() : Set.of(MailAddress.of("x@out.example")),
                        Optional.of("CN=CA"),
                        random.nextInt(4) == 0 ? Optional.empty() : Optional.of(one(SignedAlgorithm.values())),
                        new Facts.Ciphertext(
                                random.nextInt(4) == 0
                                        ? Optional.empty()
                                        : Optional.of(one(EncryptionAlgorithm.values())),
                                random.nextInt(4) > 0 ? Optional.empty() : Optional.of(one(EncryptionDoubt.values()))),
                        random.nextInt(4) == 0,
                        random.nextInt(4) == 0 ? Optional.of(one(Facts.Suspicion.values())) : Optional.empty(),
                        random.nextInt(4) == 0),
                MailAddress.of(ADDRESSES.get(random.nextInt(ADDRESSES.size()))),
                random.nextBoolean());
    }

    private Optional<MailAddress> address() {
        return random.nextInt(5) == 0
                ? Optional.empty()
                : MailAddress.parse(ADDRESSES.get(random.nextInt(ADDRESSES.size())));
    }

    DirectoryFacts.Match match() {
        return switch (random.nextInt(7)) {
            case 0, 1, 2 -> new DirectoryFacts.Match.ByCertificate();
            case 3 -> new DirectoryFacts.Match.ByKey();
            case 4 -> new DirectoryFacts.Match.ByNone();
            case 5 -> new DirectoryFacts.Match.NotKnown(new CertificateStatus.Missing());
            default -> new DirectoryFacts.Match.LookupFailed("down");
        };
    }

    Fact fact() {
        return switch (random.nextInt(4)) {
            case 0, 1 -> new Fact.Available();
            case 2 -> new Fact.NotUsable(new CertificateStatus.Missing());
            default -> new Fact.LookupFailed("down");
        };
    }

    private String oneOf(String... values) {
        return values[random.nextInt(values.length)];
    }

    private <T> T one(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
