package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.settings.MailboxPolicies;
import org.postseal.policy.settings.Settings;

/** Tests what holds for every valid policy and every message, on thousands that a seeded generator makes. */
@Tag("thorough")
class RuleSetPropertiesTest {
    private final Random random = new Random(42);
    private final RandomPolicies made = new RandomPolicies(random);

    @Test
    void holdForEveryPolicyAndMessage() {
        Set<Class<?>> seen = new HashSet<>();
        int bound = 0;
        for (int round = 0; round < 2_000; round++) {
            String yaml = made.policy();
            RuleSet ruleSet = Policies.load(yaml);
            for (int i = 0; i < 10; i++) {
                Facts facts = made.facts();
                Fact certificate = made.fact();
                Fact key = made.fact();
                DirectoryFacts.Match match = made.match();
                int inFar = random.nextInt(3);
                FakeDirectory asked = directory(certificate, key, match, inFar);
                Ruling ruling = ruleSet.decide(facts, asked);
                Supplier<String> shown =
                        () -> yaml + facts + certificate + key + ruling.decision() + ruling.explanation();
                seen.add(ruling.decision().getClass());
                boolean isBound = isEncryptionRequired(
                        ruleSet, facts, ruling, () -> directory(certificate, key, match, inFar), inFar);
                bound += isBound ? 1 : 0;
                checkNeverClear(isBound, ruleSet, facts, ruling, shown);
                checkForRecipient(isBound, facts, ruling, match, yaml);
                checkSigning(ruleSet, facts, key, ruling, shown);
                checkReasons(ruling, shown);
                boolean isSpecial = facts.kind() != Facts.Kind.ORDINARY
                        || facts.message().traits().contains(Facts.Trait.RIGHTS_PROTECTED)
                        || isOfList(ruleSet, facts);
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
        for (String address : RandomPolicies.ADDRESSES) {
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
                            case Decision.Answer _ -> throw new AssertionError("no rule answers");
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
                case Decision.Answer _, Decision.Reject _, Decision.Defer _ ->
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

    private static boolean isEncryptionRequired(
            RuleSet ruleSet, Facts facts, Ruling ruling, Supplier<FakeDirectory> directory, int inFar) {
        return isEncryptionRequiredAsItCame(ruleSet, facts, ruling, directory.get(), inFar)
                || isEncryptionRequiredOfList(ruleSet, facts, directory.get(), inFar);
    }

    private static boolean isEncryptionRequiredOfList(
            RuleSet ruleSet, Facts facts, DirectoryFacts directory, int inFar) {
        Facts sentOn = facts.asSentOn();
        Asked asked = new Asked(sentOn, ruleSet.policy().internal(), directory).ofAnyRule();
        boolean byLevel = levelOf(ruleSet, sentOn, inFar).encrypted().value();
        boolean isFixed = levelOf(ruleSet, sentOn, inFar).encrypted().floor();
        return isOfList(ruleSet, facts)
                && ruleSet.policy().rules().stream()
                        .filter(rule -> rule.action() instanceof Action.Delivery)
                        .filter(rule -> !(rule.matches(asked) instanceof Truth.No))
                        .findFirst()
                        .filter(rule -> rule.matches(asked) instanceof Truth.Yes)
                        .filter(rule -> isRequired(rule.action(), byLevel, isFixed, false))
                        .isPresent();
    }

    /** Returns true for mail of ours that somebody sends on, which other rules bind than those that match it. */
    private static boolean isOfList(RuleSet ruleSet, Facts facts) {
        return !facts.originMaySubmit()
                && !ruleSet.isInternal(facts.recipient())
                && (!facts.message().author().isComplete()
                        || facts.message().author().senders(facts.envelopeSender(), false).stream()
                                .anyMatch(ruleSet::isInternal));
    }

    // This is an oracle of its own: it computes what the matched rule and the sender's levels demand, without the code
    // that decides.
    private static boolean isEncryptionRequiredAsItCame(
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
        Asked asked = new Asked(facts, ruleSet.policy().internal(), directory).ofAnyRule();
        Rule first = ruleSet.policy().rules().stream()
                .filter(candidate -> !(candidate.matches(asked) instanceof Truth.No))
                .findFirst()
                .orElseThrow();
        Asked named = new Asked(facts, ruleSet.policy().internal(), directory);
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
        Set<String> groups = inFar == 0 ? levels.withPolicy(Set.of("far")) : Set.of();
        return Stream.of(
                        facts.from(),
                        facts.envelopeSender()
                                .filter(_ -> !facts.peer().answersForFrom()
                                        || facts.from().isEmpty()))
                .flatMap(Optional::stream)
                .filter(ruleSet::isInternal)
                .map(address -> levels.of(address, groups))
                .reduce(Settings::stricter)
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
            assertThat(facts.peer().answersForFrom() || facts.from().equals(facts.envelopeSender()))
                    .as(shown)
                    .isTrue();
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
            case Decision.Answer _ -> throw new AssertionError("no rule answers");
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
                            case Decision.Answer _ -> throw new AssertionError("no rule answers");
                        });
    }
}
