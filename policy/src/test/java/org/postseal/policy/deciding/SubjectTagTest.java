package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.HeaderChange;
import org.postseal.policy.outcome.HeaderChange.TagSubject;
import org.postseal.policy.outcome.HeaderChange.UntagSubject;

/** Tests that no mail from outside keeps a tag of ours, whichever rule would set it and whichever rule decides. */
class SubjectTagTest {
    private static final RuleSet POLICY = Policies.load("""
            version: 1
            internal: [example.com]
            rules:
              - { id: bank, when: { direction: inbound, senderDomain: bank.example },
                  then: { subjectTag: { valid: "[bank]", invalid: "[BAD]" } } }
              - { id: ours, when: { direction: internal }, then: { subjectTag: "[us]" } }
              - { id: asked, when: { direction: outbound, subject: "[please]" },
                  then: { subjectTag: "[us]", removeSubjectTag: ["[please]", "[now]"] } }
              - { id: out, when: { direction: outbound }, then: { subjectTag: "[secure]" } }
              - { id: hidden, when: { signature: invalid }, then: reject }
              - { id: rest, when: always, then: mailboxPolicy }
            """);
    private static final List<String> ALL = List.of("[BAD]", "[bank]", "[us]");
    private static final Mail THEIRS = Mail.theirs("eve@evil.example", "alice@example.com");
    private static final Mail BANK = Mail.theirs("teller@bank.example", "alice@example.com");

    static Stream<Arguments> mails() {
        return Stream.of(
                Arguments.of(BANK.signed(Facts.Signature.VALID), List.of(new TagSubject("[bank]", ALL))),
                Arguments.of(BANK, List.of(new TagSubject("", ALL))),
                Arguments.of(THEIRS, List.of(new TagSubject("", ALL))),
                // Anybody can mark their mail as automatic.
                Arguments.of(THEIRS.kind(Facts.Kind.AUTO_REPLY), List.of(new TagSubject("", ALL))),
                Arguments.of(THEIRS.envelopeSender("").kind(Facts.Kind.NULL_SENDER), List.of(new TagSubject("", ALL))),
                // A rule refuses it for what is inside, and no reply may tell that.
                Arguments.of(
                        THEIRS.content(Facts.Content.ENCRYPTED, Facts.Signature.INVALID),
                        List.of(new TagSubject("", ALL))),
                // A peer of ours hands it over.
                Arguments.of(Mail.ours("eve@evil.example", "alice@example.com"), List.of(new TagSubject("", ALL))),
                // Our users may write what they want. Nobody of ours reads the rest.
                Arguments.of(
                        Mail.ours("alice@example.com", "bob@example.com"),
                        List.of(new TagSubject("[us]", List.of("[us]")))),
                Arguments.of(
                        Mail.ours("alice@example.com", "eve@evil.example"),
                        List.of(new TagSubject("[secure]", List.of("[secure]")))),
                Arguments.of(
                        Mail.ours("alice@example.com", "eve@evil.example").header("Subject", "[please] go"),
                        List.of(
                                new UntagSubject(List.of("[please]", "[now]")),
                                new TagSubject("[us]", List.of("[us]")))),
                Arguments.of(Mail.ours("alice@example.com", "bob@example.com").kind(Facts.Kind.AUTO_REPLY), List.of()),
                Arguments.of(Mail.theirs("eve@evil.example", "bob@bank.example"), List.of()));
    }

    @ParameterizedTest
    @MethodSource("mails")
    void takesOutOurTags(Mail mail, List<HeaderChange> changes) {
        Ruling ruling = POLICY.decide(mail.facts(), new FakeDirectory(NO, YES));

        assertThat(ruling.decision())
                .isInstanceOfSatisfying(
                        Decision.Deliver.class,
                        deliver -> assertThat(deliver.changes().header())
                                .as(ruling.explanation()::toString)
                                .isEqualTo(changes));
    }
}
