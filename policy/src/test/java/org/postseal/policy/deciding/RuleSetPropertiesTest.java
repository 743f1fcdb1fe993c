package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.settings.MailboxPolicies;
import org.postseal.policy.settings.Settings;

/** Tests what holds for every valid policy and every message, on thousands that a seeded generator makes. */
@Tag("thorough")
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
                DirectoryFacts.Match match = match();
                int inFar = random.nextInt(3);
                FakeDirectory asked = directory(certificate, key, match, inFar);
                Ruling ruling = ruleSet.decide(facts, asked);
                Supplier<String> shown =
                        () -> yaml + facts + certificate + key + ruling.decision() + ruling.explanation();
                seen.add(ruling.decision().getClass());
                boolean isBound =
                        isEncryptionRequired(ruleSet, facts, ruling, directory(certificate, key, match, inFar), inFar);
                bound += isBound ? 1 : 0;
                checkNeverClear(isBound, ruleSet, facts, ruling, shown);
                checkForRecipient(isBound, facts, ruling, match, yaml);
                checkSigning(ruleSet, facts, key, ruling, shown);
                checkReasons(ruling, shown);
                boolean isSpecial = facts.kind() != Facts.Kind.ORDINARY
                        || facts.message().traits().contains(Facts.Trait.RIGHTS_PROTECTED);
                checkExplanation(
                        isSpecial, ruleSet.tried(facts, directory(certificate, key, match, inFar)), ruling, shown);
                checkNoOracle(
                        ruleSet,
                        facts,
                        Stream.generate(() -> directory(certificate, key, match, inFar))
                                .limit(2L * Facts.Signature.values().length)
                                .toArray(FakeDirectory[]::new),
                        shown);
                Ruling again = ruleSet.decide(facts, directory(certificate, key, match, inFar));
                assertThat(again.decision()).as(shown).isEqualTo(ruling.decision());
                assertThat(again.explanation()).as(shown).isEqualTo(ruling.explanation());
            }
        }
        // The generator reaches every outcome, and the property below is not vacuous.
        assertThat(seen).hasSize(4);
        assertThat(bound).isGreaterThan(2_000);
    }

    private static FakeDirectory directory(Fact certificate, Fact key, DirectoryFacts.Match match, int inFar) {
        FakeDirectory directory = new FakeDirectory(certificate, key).match(match);
        for (String address : ADDRESSES) {
            directory.with(
                    address,
                    "far",
                    switch (inFar) {
                        case 0 -> new DirectoryFacts.Membership.Member();
                        case 1 -> new DirectoryFacts.Membership.NotMember();
                        default -> new DirectoryFacts.Membership.LookupFailed("down");
                    });
        }
        return directory;
    }

    /** The reply to an encrypted message is the same, whatever a key of ours may have found in it. */
    private static void checkNoOracle(
            RuleSet ruleSet, Facts facts, FakeDirectory[] directories, Supplier<String> shown) {
        List<Object> answers = new ArrayList<>();
        int next = 0;
        for (Facts.Signature signature : Facts.Signature.values()) {
            for (Optional<Facts.Suspicion> suspicion :
                    List.of(Optional.<Facts.Suspicion>empty(), Optional.of(Facts.Suspicion.CONTROL_CHARACTERS))) {
                Facts.Existing existing = new Facts.Existing(
                        Facts.Content.ENCRYPTED,
                        signature,
                        facts.existing().signers(),
                        facts.existing().signerIssuer(),
                        facts.existing().digest(),
                        facts.existing().ciphertext(),
                        false,
                        suspicion,
                        false);
                Facts seen = new Facts(facts.peer(), facts.message(), existing, facts.recipient(), facts.visible());
                Ruling ruling = ruleSet.decide(seen, directories[next++]);
                answers.add(ruling.notice());
                answers.add(
                        switch (ruling.decision()) {
                            case Decision.Reject reject -> reject;
                            case Decision.Defer defer -> defer;
                            case Decision.Deliver _, Decision.Redirect _ -> "accepted";
                        });
            }
        }
        assertThat(Set.copyOf(answers)).as(shown).hasSize(2);
        // It does not take longer either: the same groups are asked for.
        assertThat(Stream.of(directories).map(FakeDirectory::groupsAsked).distinct())
                .as(shown)
                .hasSize(1);
    }

    private static void checkNeverClear(
            boolean isBound, RuleSet ruleSet, Facts facts, Ruling ruling, Supplier<String> shown) {
        if (isBound && ruling.clearPermit().isPresent()) {
            switch (ruling.decision()) {
                case Decision.Deliver deliver ->
                    assertThat(List.of(facts.existing().encryption(), deliver.incoming(), deliver.protection()))
                            .as(shown)
                            .isEqualTo(List.of(
                                    Facts.Encryption.SOUND, Decision.Incoming.AS_RECEIVED, new Protection.Kept()));
                case Decision.Redirect redirect ->
                    assertThat(ruleSet.isInternal(redirect.quarantine()))
                            .as(shown)
                            .isTrue();
                case Decision.Reject _, Decision.Defer _ ->
                    throw new AssertionError("a permit for what is not sent: " + shown.get());
            }
        }
    }

    private static void checkForRecipient(
            boolean isBound, Facts facts, Ruling ruling, DirectoryFacts.Match match, String yaml) {
        if (isBound
                && facts.content() == Facts.Content.ENCRYPTED
                && ruling.decision() instanceof Decision.Deliver
                && !yaml.contains("structure")) {
            boolean isKnownKey = match instanceof DirectoryFacts.Match.ByKey
                    && ruling.explanation().direction() == Direction.INBOUND;
            assertThat(match instanceof DirectoryFacts.Match.ByCertificate || isKnownKey)
                    .as(() -> yaml + facts + match + ruling.explanation())
                    .isTrue();
        }
    }

    // This is an oracle of its own: it computes what the matched rule and the sender's levels demand, without the code
    // that decides.
    private static boolean isEncryptionRequired(
            RuleSet ruleSet, Facts facts, Ruling ruling, DirectoryFacts directory, int inFar) {
        Optional<Rule> rule = ruleSet.policy().rules().stream()
                .filter(candidate -> candidate.id().equals(ruling.explanation().rule()))
                .findFirst();
        boolean foreignToUs = ruleSet.isInternal(facts.recipient())
                && facts.from()
                        .or(facts::envelopeSender)
                        .map(sender -> !ruleSet.isInternal(sender))
                        .orElse(false);
        boolean byLevel = facts.originMaySubmit()
                && !foreignToUs
                && levelOf(ruleSet, facts, inFar).encrypted().value();
        boolean isFixed = levelOf(ruleSet, facts, inFar).encrypted().floor();
        if (rule.isPresent() && isRequired(rule.get().action(), byLevel, isFixed, isSignedInstead(ruling))) {
            return true;
        }
        boolean isAutomatic = facts.kind() != Facts.Kind.ORDINARY;
        assertThat(rule.isPresent() || isAutomatic || facts.message().traits().contains(Facts.Trait.RIGHTS_PROTECTED))
                .isTrue();
        // If the rules that name the kind let mail through, an earlier rule may hold it back.
        Asked asked = new Asked(facts, Direction.of(ruleSet.policy().internal(), facts), directory).ofAnyRule();
        Rule first = ruleSet.policy().rules().stream()
                .filter(candidate -> !(candidate.matches(asked) instanceof Truth.No))
                .findFirst()
                .orElseThrow();
        Asked named = new Asked(facts, asked.direction(), directory);
        boolean isUnnamed = first.leftAlone(named).isPresent();
        boolean isByFirst = isUnnamed
                && first.matches(asked) instanceof Truth.Yes
                && isRequired(first.action(), byLevel, isFixed, !isAutomatic && isSignedInstead(ruling));
        // A rule may hold it back too if all matching rules before it hold back other mail only.
        Optional<Rule> behind = ruleSet.policy().rules().stream()
                .filter(candidate -> candidate.leftAlone(named).isEmpty()
                        || candidate.action() instanceof Action.ByMailboxPolicy
                        || candidate.action() instanceof Action.Protect)
                .filter(candidate -> !(candidate.matches(asked) instanceof Truth.No))
                .findFirst();
        return isByFirst
                || (isAutomatic
                        && isUnnamed
                        && first.matches(asked) instanceof Truth.Yes
                        && behind.isPresent()
                        && behind.get().leftAlone(named).isPresent()
                        && behind.get().matches(asked) instanceof Truth.Yes
                        && isRequired(behind.get().action(), byLevel, isFixed, false));
    }

    private static boolean isRequired(Action action, boolean byLevel, boolean isFixed, boolean isSignedInstead) {
        return switch (action) {
            case Action.Reject _, Action.Defer _, Action.Redirect _, Action.ByMailboxPolicy _ -> byLevel;
            case Action.Protect protect ->
                (protect.encrypt().equals(Optional.of(Action.Demand.REQUIRED)) && !isSignedInstead)
                        || (byLevel
                                && !(isSignedInstead && !isFixed)
                                && (protect.encrypt().isEmpty() || isFixed));
        };
    }

    // A rule may weaken its own demand by sendSigned; such mail leaves signed.
    private static boolean isSignedInstead(Ruling ruling) {
        return ruling.explanation().steps().stream().anyMatch(step -> step.startsWith("not encrypted, so it must be"))
                && ruling.decision() instanceof Decision.Deliver(var _, var protection, var _)
                && (protection instanceof Protection.Signed || protection instanceof Protection.Kept);
    }

    private static Settings levelOf(RuleSet ruleSet, Facts facts, int inFar) {
        MailboxPolicies levels = ruleSet.policy().mailboxPolicies();
        Optional<MailAddress> sender = facts.from().or(facts::envelopeSender);
        Set<String> groups = inFar == 0 ? levels.withPolicy(Set.of("far")) : Set.of();
        return sender.filter(ruleSet::isInternal)
                .map(address -> levels.of(address, groups))
                .orElse(levels.organisation());
    }

    private static void checkSigning(RuleSet ruleSet, Facts facts, Fact key, Ruling ruling, Supplier<String> shown) {
        boolean signs = ruling.decision() instanceof Decision.Deliver(var _, var protection, var _)
                && (protection instanceof Protection.Signed || protection instanceof Protection.SignedAndEncrypted);
        if (signs) {
            assertThat(facts.kind() == Facts.Kind.ORDINARY
                            || ruleSet.policy().rules().stream()
                                    .filter(rule -> rule.id()
                                            .equals(ruling.explanation().rule()))
                                    .anyMatch(rule -> !rule.namedKinds().isEmpty()))
                    .as(shown)
                    .isTrue();
            assertThat(facts.originMaySubmit()).as(shown).isTrue();
            assertThat(facts.from().filter(ruleSet::isInternal)).as(shown).isPresent();
            assertThat(facts.content()).as(shown).isIn(Facts.Content.CLEAR, Facts.Content.OTHER_CMS);
            assertThat(key).as(shown).isEqualTo(new Fact.Available());
        }
    }

    private static void checkReasons(Ruling ruling, Supplier<String> shown) {
        switch (ruling.decision()) {
            case Decision.Reject(Reason reason, var _, var _) ->
                assertThat(reason.isTemporary()).as(shown).isFalse();
            case Decision.Defer(Reason reason, var _) ->
                assertThat(reason.isTemporary()).as(shown).isTrue();
            case Decision.Deliver _, Decision.Redirect _ -> {}
        }
    }

    /** A reader of the explanation, rule by rule from the top, comes to the same rule and to the same outcome. */
    private static void checkExplanation(
            boolean isSpecial, List<TriedRule> tried, Ruling ruling, Supplier<String> shown) {
        TriedRule last = tried.getLast();
        String rule = last.result() == TriedRule.Result.NO ? Decider.AUTOMATIC_RULE : last.id();
        boolean isFromOutside = ruling.explanation().steps().stream()
                .anyMatch(step -> step.endsWith(", whatever is under the encryption"));
        // A demand to encrypt that does not name the kind may decide before the rule that names it, and what stands
        // outside an encryption before a rule that looks inside.
        if (!isSpecial && !isFromOutside) {
            assertThat(ruling.explanation().rule()).as(shown).isEqualTo(rule);
        }
        String end = ruling.explanation().steps().stream()
                .filter(step -> !step.startsWith("a notice tells "))
                .reduce("", (_, step) -> step);
        List<Boolean> says = Stream.of("refused: ", "deferred: ", "redirected to ")
                .map(end::startsWith)
                .toList();
        assertThat(says)
                .as(shown)
                .isEqualTo(
                        switch (ruling.decision()) {
                            case Decision.Reject _ -> List.of(true, false, false);
                            case Decision.Defer _ -> List.of(false, true, false);
                            case Decision.Redirect _ -> List.of(false, false, true);
                            case Decision.Deliver _ -> List.of(false, false, false);
                        });
    }

    private String policy() {
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

    private DirectoryFacts.Match match() {
        return switch (random.nextInt(7)) {
            case 0, 1, 2 -> new DirectoryFacts.Match.ByCertificate();
            case 3 -> new DirectoryFacts.Match.ByKey();
            case 4 -> new DirectoryFacts.Match.ByNone();
            case 5 -> new DirectoryFacts.Match.NotKnown(new CertificateStatus.Missing());
            default -> new DirectoryFacts.Match.LookupFailed("down");
        };
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
