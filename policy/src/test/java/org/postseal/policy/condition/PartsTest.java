package org.postseal.policy.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.NO;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postseal.policy.deciding.FakeDirectory;
import org.postseal.policy.deciding.Mail;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.facts.Part;
import org.postseal.policy.facts.Parts;
import org.postseal.policy.header.Assumptions;
import org.postseal.policy.header.TextReadings;
import org.postseal.policy.header.TextTest;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.record.FactsText;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Rule;

/** Tests what a condition over the parts of a message may ask. */
class PartsTest {
    private static final Mail MAIL = Mail.ours("alice@example.com", "bob@out.example");

    /** The condition in docs/policy-engine.md. */
    private record Named(TextTest test, TextReadings readings) implements Condition {
        static final ConditionType TYPE = new ConditionType(
                "named",
                Needs.NOT_RECORDED,
                "Text in a file name.",
                "text in the name of a file",
                new ConditionForm(
                        ConditionForm.TEXTS, (value, _) -> value.string().map(Named::of)));

        static Condition of(String lowerCase) {
            return new Named(new TextTest.Contains(lowerCase), TextReadings.ANY);
        }

        @Override
        public ConditionType type() {
            return TYPE;
        }

        @Override
        public Truth holds(Asked asked) {
            return Truth.of(asked.hasPart(
                    this,
                    part -> part.fileName()
                            .filter(name -> readings.hold(name, test))
                            .isPresent()));
        }

        @Override
        public Condition with(TextReadings wanted) {
            return new Named(test, wanted);
        }

        @Override
        public String words() {
            return "the name of a file " + test.words();
        }
    }

    @Test
    void anyPartMayPass() {
        Mail mail = MAIL.parts("multipart/mixed", named("offer.pdf"), named("=?utf-8?q?gr=C3=BCn.EXE?="));
        assertThat(holds(Named.of(".exe"), mail)).isTrue();
        assertThat(holds(Named.of("grün"), mail)).isTrue();
        assertThat(holds(Named.of(".png"), mail)).isFalse();
        assertThat(holds(Named.of(".exe"), MAIL)).isFalse();
    }

    @Test
    void aNameThatNobodyCanReadMeetsWhatRefusesAndNoException() {
        Mail mail = MAIL.parts("multipart/mixed", named("=?x-nobody-knows?q?=01=02?="));
        Condition exe = Named.of(".exe");
        assertThat(holds(exe.with(TextReadings.ANY), mail)).isFalse();
        assertThat(holds(exe.with(TextReadings.ANY_OR_UNKNOWN), mail)).isTrue();
        assertThat(holds(exe.with(TextReadings.ALL), mail)).isFalse();
        Asked asked = asked(mail.facts(), Assumptions.NONE);
        exe.holds(asked);
        assertThat(asked.incomplete()).containsExactly("content-disposition of a part");
    }

    @Test
    void partsAreReadOnceAndOnlyIfAConditionAsks() {
        AtomicInteger reads = new AtomicInteger();
        Parts parts = new Parts("multipart/mixed", () -> {
            reads.incrementAndGet();
            return List.of(named("a.exe"));
        });
        assertThat(parts.mediaType()).isEqualTo("multipart/mixed");
        assertThat(reads).hasValue(0);
        assertThat(parts.any("one", part -> part.mediaType().equals("text/plain")))
                .isFalse();
        assertThat(parts.any("two", _ -> true)).isTrue();
        // The answer is remembered.
        assertThat(parts.any("one", _ -> true)).isFalse();
        assertThat(reads).hasValue(1);
    }

    /** The audit log keeps no parts, so that a condition over them is an open question like one over header fields. */
    @Test
    void afterwardsNobodyKnows() {
        Facts facts = MAIL.parts("multipart/mixed", named("a.exe")).facts();
        Facts recorded = FactsText.read(FactsText.of(facts), facts.envelopeSender(), facts.recipient(), 1)
                .orElseThrow();
        assertThat(FactsText.of(facts).toString()).doesNotContain("exe");
        assertThat(recorded.message().mediaType()).isEqualTo("multipart/mixed");

        Condition exe = Named.of(".exe");
        Condition refusing = exe.with(TextReadings.ANY_OR_UNKNOWN);
        assertThat(refusing.asWritten()).isEqualTo(exe);
        assertThat(refusing.about()).isEqualTo("named");
        for (boolean answer : new boolean[] {true, false}) {
            Asked asked = asked(
                    recorded, question -> question.asWritten().equals(exe) ? Optional.of(answer) : Optional.empty());
            assertThat(refusing.holds(asked)).isEqualTo(Truth.of(answer));
        }
        // What stands in the record is looked at before.
        Rule rule = new Rule(
                "one",
                List.of(refusing, WordCondition.of(WordCondition.CONTENT, Set.of(Facts.Content.SIGNED))),
                List.of(),
                new Action.Reject(Optional.empty()),
                false);
        assertThat(rule.matches(asked(recorded, Assumptions.NONE))).isEqualTo(Truth.of(false));
    }

    private static boolean holds(Condition condition, Mail mail) {
        return condition.holds(asked(mail.facts(), Assumptions.NONE)).equals(Truth.of(true));
    }

    private static Asked asked(Facts facts, Assumptions assumptions) {
        return new Asked(facts, new DomainSet(), new FakeDirectory(NO, NO), assumptions);
    }

    private static Part named(String name) {
        return Part.of("application/octet-stream", Optional.of(name));
    }
}
