package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.deciding.EnvelopeClass.Candidate;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.DirectoryFacts;

/** Tests which recipients may share a transaction: those between whom no rule on the envelope makes a difference. */
class EnvelopeClassTest {
    @Test
    void aDomainThatARuleNamesStandsApart() {
        RuleSet rules =
                Policies.rules("{ id: bank, when: { recipientDomain: [bank.example] }, then: { encrypt: required } }");

        assertThat(of(rules, "x@bank.example")).isEqualTo(of(rules, "y@bank.example"));
        assertThat(of(rules, "x@bank.example")).isNotEqualTo(of(rules, "x@other.example"));
        assertThat(of(rules, "x@other.example")).isEqualTo(of(rules, "x@another.example"));
    }

    @Test
    void ourOwnStandApartFromOthers() {
        RuleSet rules = Policies.rules();

        assertThat(of(rules, "bob@example.com").direction()).isEqualTo(Direction.INTERNAL);
        assertThat(of(rules, "bob@example.com")).isNotEqualTo(of(rules, "bob@other.example"));
    }

    @Test
    void onePersonOfADomainStandsApart() {
        RuleSet rules = Policies.rules(
                "{ id: one, when: { recipient: [x@bank.example], header: { name: Subject, contains: secret } },"
                        + " then: { encrypt: required } }");

        assertThat(of(rules, "x@bank.example").rules())
                .containsExactly(new Candidate("one", true, false), new Candidate("rest", true, false));
        assertThat(of(rules, "y@bank.example").rules()).containsExactly(new Candidate("rest", true, false));
    }

    /** No rule has a say behind one that matches whatever the message is. */
    @Test
    void whatComesBehindTheFirstCertainRuleDoesNotTellApart() {
        RuleSet rules = Policies.rules(
                "{ id: both, when: { recipientDomain: [a.example, b.example] }, then: { encrypt: required } }",
                "{ id: late, when: { recipient: [x@b.example] }, then: { sign: required } }");

        assertThat(of(rules, "x@a.example")).isEqualTo(of(rules, "x@b.example"));
        assertThat(of(rules, "x@b.example").rules()).containsExactly(new Candidate("both", true, false));
    }

    @Test
    void anExceptionTellsApart() {
        RuleSet rules = Policies.rules(
                "{ id: all, when: { direction: outbound },"
                        + " unless: { recipientDomain: [free.example] }, then: { encrypt: required } }",
                "{ id: small, when: { direction: outbound }, unless: { recipientDomain: [half.example],"
                        + " size: { under: 5K } }, then: { sign: required } }");

        assertThat(of(rules, "x@other.example").rules()).containsExactly(new Candidate("all", true, false));
        assertThat(of(rules, "x@free.example").rules()).containsExactly(new Candidate("small", true, false));
        assertThat(of(rules, "x@half.example").rules()).containsExactly(new Candidate("all", true, false));
    }

    @Test
    void anExceptionThatHangsOnTheMessageIsOpen() {
        RuleSet rules =
                Policies.rules("{ id: small, when: { direction: outbound }, unless: { recipientDomain: [half.example],"
                        + " size: { under: 5K } }, then: { sign: required } }");

        assertThat(of(rules, "x@half.example").rules())
                .containsExactly(new Candidate("small", true, true), new Candidate("rest", true, false));
        assertThat(of(rules, "x@other.example").rules()).containsExactly(new Candidate("small", true, false));
    }

    @Test
    void aGroupOfADirectoryServerIsAsked() {
        RuleSet rules =
                Policies.rules("{ id: far, when: { recipient: [\"group:far\"] }, then: { encrypt: required } }");

        assertThat(of(rules, "x@far.example", new DirectoryFacts.Membership.Member())
                        .rules())
                .containsExactly(new Candidate("far", true, false));
        assertThat(of(rules, "x@far.example", new DirectoryFacts.Membership.NotMember())
                        .rules())
                .containsExactly(new Candidate("rest", true, false));
        assertThat(of(rules, "x@far.example", new DirectoryFacts.Membership.LookupFailed("down"))
                        .rules())
                .isEqualTo(List.of(new Candidate("far", false, false), new Candidate("rest", true, false)));
    }

    /** The recipients' own mailbox policies decide what is opened. */
    @Test
    void rightsToReadTellApart() {
        RuleSet rules = Policies.load("""
                version: 1
                internal: [example.com]
                mailboxPolicies:
                  old: { appliesTo: [bob@example.com], readLegacyAlgorithms: [TripleDES] }
                rules:
                  - { id: rest, when: always, then: mailboxPolicy }
                """);

        assertThat(of(rules, "bob@example.com")).isNotEqualTo(of(rules, "carol@example.com"));
    }

    /** Two recipients have the same rights, each by a policy of their own. */
    @Test
    void whichLevelSaysSoDoesNotTellApart() {
        RuleSet rules = Policies.load("""
                version: 1
                internal: [example.com]
                mailboxPolicies:
                  old: { appliesTo: [bob@example.com], readLegacyAlgorithms: [TripleDES] }
                  older: { appliesTo: [carl@example.com], readLegacyAlgorithms: [TripleDES] }
                  no: { appliesTo: [dora@example.com], believeDomainSignatures: false }
                rules:
                  - { id: rest, when: always, then: mailboxPolicy }
                """);

        assertThat(of(rules, "bob@example.com")).isEqualTo(of(rules, "carl@example.com"));
        assertThat(of(rules, "dora@example.com")).isEqualTo(of(rules, "eve@example.com"));
    }

    @Test
    void nobodyIsAskedForTheExceptionOfARuleThatCannotMatch() {
        RuleSet rules = Policies.rules("{ id: bank, when: { recipientDomain: [bank.example] },"
                + " unless: { recipient: [\"group:far\"] }, then: { encrypt: required } }");

        FakeDirectory directory = new FakeDirectory(FakeDirectory.NO, FakeDirectory.NO);
        assertThat(of(rules, "x@other.example", directory).rules()).containsExactly(new Candidate("rest", true, false));
        assertThat(directory.groupsAsked()).isEmpty();
        assertThat(of(rules, "x@bank.example", new DirectoryFacts.Membership.LookupFailed("down"))
                        .rules())
                .containsExactly(new Candidate("bank", false, true), new Candidate("rest", true, false));
    }

    private static EnvelopeClass of(RuleSet rules, String recipient) {
        return of(rules, recipient, new DirectoryFacts.Membership.NotMember());
    }

    private static EnvelopeClass of(RuleSet rules, String recipient, DirectoryFacts.Membership inFar) {
        return of(
                rules, recipient, new FakeDirectory(FakeDirectory.NO, FakeDirectory.NO).with(recipient, "far", inFar));
    }

    private static EnvelopeClass of(RuleSet rules, String recipient, DirectoryFacts directory) {
        return rules.envelopeClass(
                MailAddress.of(recipient), true, Optional.of(MailAddress.of("alice@example.com")), directory);
    }
}
