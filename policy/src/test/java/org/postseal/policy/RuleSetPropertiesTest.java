package org.postseal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.DirectoryFacts.Fact;

/** What holds for every valid policy and every message, tried on thousands made by a seeded generator. */
class RuleSetPropertiesTest {
    private static final List<String> ADDRESSES = List.of(
            "a@in.example",
            "b@in.example",
            "c@sub.in.example",
            "x@out.example",
            "y@bank.example",
            "z@sub.bank.example");
    private static final List<String> DEMANDS = List.of("required", "ifPossible", "never");

    private final Random random = new Random(42);

    @Test
    void holdForEveryPolicyAndMessage() {
        Set<Class<?>> seen = new HashSet<>();
        int bound = 0;
        for (int round = 0; round < 2_000; round++) {
            String yaml = policy();
            RuleSet ruleSet = Policies.load(yaml);
            for (int i = 0; i < 10; i++) {
                Facts facts = facts();
                Fact certificate = fact();
                Fact key = fact();
                FakeDirectory asked = new FakeDirectory(certificate, key);
                Ruling ruling = ruleSet.decide(facts, asked);
                Supplier<String> shown =
                        () -> yaml + facts + certificate + key + ruling.decision() + ruling.explanation();
                seen.add(ruling.decision().getClass());
                bound += isEncryptionRequired(ruleSet, facts, ruling) ? 1 : 0;
                checkNeverClear(ruleSet, facts, ruling, shown);
                checkSigning(ruleSet, facts, key, ruling, shown);
                checkReasons(ruling, shown);
                Ruling again = ruleSet.decide(facts, new FakeDirectory(certificate, key));
                assertThat(again.decision()).as(shown).isEqualTo(ruling.decision());
                assertThat(again.explanation()).as(shown).isEqualTo(ruling.explanation());
            }
        }
        // The generator reaches every outcome, and the property below is not vacuous.
        assertThat(seen).hasSize(4);
        assertThat(bound).isGreaterThan(2_000);
    }

    private static void checkNeverClear(RuleSet ruleSet, Facts facts, Ruling ruling, Supplier<String> shown) {
        if (isEncryptionRequired(ruleSet, facts, ruling) && ruling.clearPermit().isPresent()) {
            switch (ruling.decision()) {
                case Decision.Deliver deliver ->
                    assertThat(List.of(facts.content(), deliver.incoming(), deliver.protection()))
                            .as(shown)
                            .isEqualTo(List.of(
                                    Facts.Content.ENCRYPTED, Decision.Incoming.AS_RECEIVED, new Protection.Kept()));
                case Decision.Redirect redirect ->
                    assertThat(ruleSet.isInternal(redirect.quarantine()))
                            .as(shown)
                            .isTrue();
                case Decision.Reject _, Decision.Defer _ ->
                    throw new AssertionError("a permit for what is not sent: " + shown.get());
            }
        }
    }

    // An oracle of its own: what the matched rule and the levels of the sender demand, without the code that decides.
    private static boolean isEncryptionRequired(RuleSet ruleSet, Facts facts, Ruling ruling) {
        Optional<Rule> rule = ruleSet.rules().stream()
                .filter(candidate -> candidate.id().equals(ruling.explanation().rule()))
                .findFirst();
        if (rule.isEmpty()) {
            assertThat(facts.kind()).isNotEqualTo(Facts.Kind.ORDINARY);
            return false;
        }
        boolean foreignToUs = ruleSet.isInternal(facts.recipient())
                && facts.from()
                        .or(facts::envelopeSender)
                        .map(sender -> !ruleSet.isInternal(sender))
                        .orElse(false);
        boolean byLevel = facts.originMaySubmit()
                && !foreignToUs
                && levelOf(ruleSet, facts).encrypted().value();
        return switch (rule.get().action()) {
            case Action.Reject _, Action.Defer _, Action.Redirect _ -> false;
            case Action.ByMailboxPolicy _ -> byLevel;
            case Action.Protect protect ->
                protect.encrypt().equals(Optional.of(Action.Demand.REQUIRED))
                        || (byLevel
                                && (protect.encrypt().isEmpty()
                                        || levelOf(ruleSet, facts).encrypted().floor()));
        };
    }

    private static Settings levelOf(RuleSet ruleSet, Facts facts) {
        MailboxPolicies levels = ruleSet.mailboxPolicies();
        Optional<MailAddress> sender = facts.from().or(facts::envelopeSender);
        return sender.filter(ruleSet::isInternal).map(levels::of).orElse(levels.organisation());
    }

    private static void checkSigning(RuleSet ruleSet, Facts facts, Fact key, Ruling ruling, Supplier<String> shown) {
        boolean signs = ruling.decision() instanceof Decision.Deliver(var _, var protection)
                && (protection instanceof Protection.Signed || protection instanceof Protection.SignedAndEncrypted);
        if (signs) {
            assertThat(facts.originMaySubmit()).as(shown).isTrue();
            assertThat(facts.from().filter(ruleSet::isInternal)).as(shown).isPresent();
            assertThat(facts.content()).as(shown).isIn(Facts.Content.CLEAR, Facts.Content.OTHER_CMS);
            assertThat(key).as(shown).isEqualTo(new Fact.Available());
        }
    }

    private static void checkReasons(Ruling ruling, Supplier<String> shown) {
        switch (ruling.decision()) {
            case Decision.Reject(Reason reason) ->
                assertThat(reason.isTemporary()).as(shown).isFalse();
            case Decision.Defer(Reason reason) ->
                assertThat(reason.isTemporary()).as(shown).isTrue();
            case Decision.Deliver _, Decision.Redirect _ -> {}
        }
    }

    private String policy() {
        StringBuilder yaml =
                new StringBuilder("version: 1\ninternal: [in.example, '*.in.example']\nquarantine: q@in.example\n");
        yaml.append("groups: { g: [a@in.example, b@in.example] }\n");
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
                .append(oneOf("group:g", "a@in.example", "'*.in.example'", "in.example"))
                .append("]\n");
        yaml.append("    RequireEncryptedSMIMEMessages: ")
                .append(random.nextBoolean() || (defaultEncrypts && !mayWeaken))
                .append('\n');
        yaml.append("rules:\n");
        for (int i = random.nextInt(4); i > 0; i--) {
            yaml.append("  - id: r").append(i).append("\n    when: { ").append(condition());
            if (random.nextInt(4) == 0) {
                yaml.append(", kind: [ordinary, autoReply, nullSender]");
            }
            yaml.append(" }\n    then: ").append(action()).append('\n');
        }
        return yaml.append("  - { id: last, when: always, then: ")
                .append(action())
                .append(" }\n")
                .toString();
    }

    private String condition() {
        return switch (random.nextInt(6)) {
            case 0 -> "direction: " + oneOf("outbound", "inbound", "internal", "forwarded");
            case 1 -> "recipientDomain: " + oneOf("bank.example", "'*.bank.example'", "in.example");
            case 2 -> "sender: " + oneOf("a@in.example", "'group:g'", "x@out.example");
            case 3 -> "content: " + oneOf("clear", "signed", "encrypted", "otherCms");
            case 4 -> "signature: " + oneOf("valid", "invalid", "unsigned");
            default -> "subject: { matches: '^s(e|ee)?c' }";
        };
    }

    private String action() {
        if (random.nextInt(3) == 0) {
            return oneOf("mailboxPolicy", "mailboxPolicy", "reject", "defer", "redirect");
        }
        StringBuilder then = new StringBuilder("{ onMissingCertificate: ").append(oneOf("reject", "defer", "redirect"));
        maybe(then, "sign", () -> oneOf(DEMANDS.toArray(String[]::new)));
        maybe(then, "encrypt", () -> oneOf(DEMANDS.toArray(String[]::new)));
        maybe(then, "decrypt", () -> oneOf("ifPossible", "never"));
        maybe(then, "verify", () -> "ifPossible");
        maybe(then, "onLookupFailure", () -> oneOf("defer", "redirect"));
        maybe(then, "onInvalidSignature", () -> oneOf("deliver", "reject", "redirect"));
        return then.append(" }").toString();
    }

    private void maybe(StringBuilder then, String key, Supplier<String> value) {
        if (random.nextBoolean()) {
            then.append(", ").append(key).append(": ").append(value.get());
        }
    }

    private Facts facts() {
        return new Facts(
                Facts.Peer.of(random.nextBoolean()),
                new Facts.Message(
                        address(),
                        address(),
                        random.nextBoolean() ? Map.of() : Map.of("subject", List.of("secret", "=?x?B?%?=")),
                        random.nextInt(20_000_000),
                        "text/plain",
                        random.nextInt(3) > 0 ? Facts.Kind.ORDINARY : one(Facts.Kind.values()),
                        random.nextInt(3) > 0 ? Set.of() : Set.of(one(Facts.Trait.values())),
                        Instant.ofEpochSecond(1_700_000_000L + random.nextInt(100_000_000))),
                Facts.Existing.of(one(Facts.Content.values()), one(Facts.Signature.values())),
                MailAddress.of(ADDRESSES.get(random.nextInt(ADDRESSES.size()))),
                random.nextBoolean());
    }

    private Optional<MailAddress> address() {
        return random.nextInt(5) == 0
                ? Optional.empty()
                : MailAddress.parse(ADDRESSES.get(random.nextInt(ADDRESSES.size())));
    }

    private Fact fact() {
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
