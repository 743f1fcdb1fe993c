package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.NO;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postseal.policy.facts.DirectoryFacts.Match;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;

/**
 * Tests on policies that a seeded generator makes, all without a quarantine, that a rule that looks under an encryption
 * lets nothing through: a message that is held back whatever such rules find is held back.
 *
 * <p>Each answer that the rules can find makes a policy that does not look inside. In it, a rule that looked there
 * either has no such condition any more, or is gone.
 */
@Tag("thorough")
class BlindJudgePropertiesTest {
    private static final Random RANDOM = new Random(41);

    /** A rule that may look inside; a condition is empty if there is none. */
    private record Drawn(String outside, String inside, String unlessInside, String then) {
        static Drawn make() {
            boolean isWhen = RANDOM.nextInt(3) == 0;
            boolean isUnless = !isWhen && RANDOM.nextInt(4) == 0;
            return new Drawn(
                    RANDOM.nextInt(6) == 0 ? "" : oneOf(OUTSIDE),
                    isWhen ? oneOf(INSIDE) : "",
                    isUnless ? oneOf(INSIDE) : "",
                    oneOf(THEN));
        }

        boolean looksInside() {
            return !inside.isEmpty() || !unlessInside.isEmpty();
        }

        String asWritten(int id) {
            List<String> when =
                    Stream.of(outside, inside).filter(text -> !text.isEmpty()).toList();
            return line(
                    id,
                    when.isEmpty() ? ANY_DIRECTION : String.join(", ", when),
                    unlessInside.isEmpty() ? "" : ", unless: { " + unlessInside + " }");
        }

        String ifItMatches(int id) {
            return line(id, outside.isEmpty() ? ANY_DIRECTION : outside, "");
        }

        private String line(int id, String when, String unless) {
            return "  - { id: r" + id + ", when: { " + when + " }" + unless + ", then: " + then + " }\n";
        }
    }

    private record Case(Mail mail, Match match) {
        boolean isAutomatic() {
            return mail.facts().kind() != Facts.Kind.ORDINARY;
        }

        Ruling ruling(RuleSet policy) {
            return policy.decide(mail.facts(), new FakeDirectory(NO, NO).match(match));
        }

        boolean isDelivered(RuleSet policy) {
            return ruling(policy).decision() instanceof Decision.Deliver;
        }
    }

    @Test
    void whatNoAnswerWouldDeliverIsNotDelivered() {
        List<Case> cases = cases();
        int ordinary = 0;
        int automatic = 0;
        for (int round = 0; round < 300; round++) {
            List<Drawn> rules =
                    Stream.generate(Drawn::make).limit(1 + RANDOM.nextInt(4)).toList();
            String level = oneOf(LEVELS);
            List<String> lines = new ArrayList<>();
            rules.forEach(rule -> lines.add(rule.asWritten(lines.size())));
            RuleSet policy = policy(level, lines);
            List<RuleSet> answered = answered(level, rules);
            for (Case each : cases) {
                if (answered.stream().noneMatch(each::isDelivered)) {
                    Ruling ruling = each.ruling(policy);
                    assertThat(ruling.decision())
                            .as(() -> level + String.join("", lines) + each + ruling.explanation())
                            .isNotInstanceOf(Decision.Deliver.class);
                    ordinary += each.isAutomatic() ? 0 : 1;
                    automatic += each.isAutomatic() ? 1 : 0;
                }
            }
        }
        // Much is held back, so the property is not vacuous.
        assertThat(ordinary).isGreaterThan(300);
        assertThat(automatic).isGreaterThan(300);
    }

    /** Returns a policy for each answer that the rules that look inside can find together. */
    private static List<RuleSet> answered(String level, List<Drawn> rules) {
        List<RuleSet> all = new ArrayList<>();
        long looking = rules.stream().filter(Drawn::looksInside).count();
        for (int answer = 0; answer < 1 << looking; answer++) {
            List<String> lines = new ArrayList<>();
            int question = 0;
            for (int i = 0; i < rules.size(); i++) {
                boolean isGone = rules.get(i).looksInside() && (answer >> question++ & 1) == 0;
                if (!isGone) {
                    lines.add(rules.get(i).ifItMatches(i));
                }
            }
            all.add(policy(level, lines));
        }
        return all;
    }

    private static RuleSet policy(String level, List<String> lines) {
        return Policies.load("version: 1\ninternal: [example.com]\n" + level + "rules:\n" + String.join("", lines)
                + "  - { id: last, when: always, then: mailboxPolicy }\n");
    }

    private static List<Case> cases() {
        Mail ours = Mail.ours("alice@example.com", "bob@out.example").header("subject", "x");
        Mail theirs = Mail.theirs("bob@out.example", "alice@example.com").header("subject", "x");
        List<Case> cases = new ArrayList<>();
        for (Facts.Kind kind : Facts.Kind.values()) {
            Mail sealed = ours.kind(kind).encrypted();
            cases.add(new Case(sealed, new Match.ByCertificate()));
            cases.add(new Case(sealed, new Match.ByNone()));
            cases.add(new Case(sealed.doubtful(EncryptionDoubt.CONTENT_READABLE), new Match.ByCertificate()));
            cases.add(new Case(sealed.trait(Facts.Trait.RIGHTS_PROTECTED), new Match.ByCertificate()));
            cases.add(new Case(theirs.kind(kind).encrypted(), new Match.ByCertificate()));
            cases.add(new Case(
                    theirs.kind(kind).content(Facts.Content.ENCRYPTED, Facts.Signature.INVALID), new Match.ByNone()));
        }
        return cases;
    }

    private static String oneOf(List<String> values) {
        return values.get(RANDOM.nextInt(values.size()));
    }

    private static final String ANY_DIRECTION = "direction: [outbound, internal, inbound, forwarded]";
    private static final List<String> LEVELS = List.of(
            "",
            "mailboxPolicies: { default: { RequireEncryptedSMIMEMessages: true } }\n",
            "mailboxPolicies: { default: { RequireEncryptedSMIMEMessages: true,"
                    + " mayWeaken: [RequireEncryptedSMIMEMessages] } }\n",
            "mailboxPolicies: { default: { hideSubject: true } }\n");
    private static final List<String> OUTSIDE = List.of(
            "direction: outbound",
            "direction: inbound",
            "subject: x",
            "kind: [autoReply, nullSender]",
            "kind: [ordinary, autoReply, nullSender]",
            "sender: alice@example.com",
            "content: encrypted",
            "content: [clear, signed]",
            "trait: rightsProtected");
    private static final List<String> INSIDE = List.of(
            "signature: invalid",
            "signature: [unsigned, unverifiable]",
            "signedBy: bob@out.example",
            "suspicious: true",
            "signedWith: SHA256",
            "signerIssuer: \"CN=x\"");
    private static final List<String> THEN = List.of(
            "mailboxPolicy",
            "reject",
            "{ defer: { text: not now } }",
            "{ encrypt: required }",
            "{ encrypt: required, acceptSenderEncryption: structure }",
            "{ encrypt: required, onWeakProtection: deliver }",
            "{ encrypt: never, sign: never }",
            "{ encrypt: ifPossible }",
            "{ requireEncrypted: true }",
            "{ requireSigned: true }");
}
