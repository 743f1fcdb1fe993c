package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.DecisionTable.CLEAR;
import static org.postseal.policy.deciding.DecisionTable.SIGNED;
import static org.postseal.policy.deciding.DecisionTable.defer;
import static org.postseal.policy.deciding.DecisionTable.reject;
import static org.postseal.policy.deciding.DecisionTable.send;
import static org.postseal.policy.deciding.FakeDirectory.DOWN;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.KeyPlace;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SigningSettings;
import org.postseal.policy.protection.SigningSettings.Certificates;
import org.postseal.policy.protection.SigningSettings.Digest;
import org.postseal.policy.protection.SigningSettings.RsaPadding;
import org.postseal.policy.protection.SigningSettings.Signer;

/** Tests whose key signs: the author's or that of the author's domain. */
class DomainSignatureTest {
    private static final Mail MAIL = Mail.ours("alice@example.com", "bob@out.example");
    private static final Fact WEAK = new Fact.Available(new KeyFacts(KeyKind.RSA, 2048), Capabilities.UNKNOWN);
    private static final Protection BY_DOMAIN = byDomain(KeyPlace.ANYWHERE);

    static Stream<Arguments> keys() {
        Decision none = reject(Reason.NO_SIGNING_KEY);
        Decision later = defer(Reason.STORE_UNAVAILABLE);
        String sizes = ", minimumKeySize: { RSA: 3072 }";
        // The columns are: signer, own key, key of the domain, decision, and the keys that were asked for.
        return Stream.of(
                Arguments.of("own", YES, YES, send(SIGNED), "own"),
                Arguments.of("own", NO, YES, none, "own"),
                Arguments.of("domain", NO, YES, send(BY_DOMAIN), "domain"),
                Arguments.of("domain", YES, NO, none, "domain"),
                Arguments.of("domain", YES, DOWN, later, "domain"),
                Arguments.of("domain" + sizes, YES, WEAK, none, "domain"),
                Arguments.of("ownOrDomain", YES, YES, send(SIGNED), "own"),
                Arguments.of("ownOrDomain", NO, YES, send(BY_DOMAIN), "own domain"),
                Arguments.of("ownOrDomain" + sizes, WEAK, YES, send(BY_DOMAIN), "own domain"),
                Arguments.of("ownOrDomain" + sizes, WEAK, WEAK, none, "own domain"),
                Arguments.of("ownOrDomain", NO, NO, none, "own domain"),
                Arguments.of("ownOrDomain", DOWN, YES, later, "own"),
                Arguments.of("ownOrDomain", NO, DOWN, later, "own domain"));
    }

    @ParameterizedTest
    @MethodSource
    void keys(String signer, Fact own, Fact domain, Decision expected, String asked) {
        RuleSet policy = policy("RequireSignedSMIMEMessages: true, signer: " + signer, "{}");
        FakeDirectory directory = new FakeDirectory(YES, own).domain(domain);

        assertThat(policy.decide(MAIL.facts(), directory).decision()).isEqualTo(expected);
        assertThat(((directory.asked().equals("k") ? "own " : "") + (directory.isDomainAsked() ? "domain" : "")).trim())
                .isEqualTo(asked);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "soft     | {}             | NO_SIGNING_KEY",
                "hardware | {}             | signed",
                "soft     | ifPossible     | clear"
            })
    void aKeyInHardwareIsDemandedOfTheDomainToo(String place, String sign, String expected) {
        RuleSet policy = policy(
                "AllowSMIMESoftCerts: false, signer: domain"
                        + (sign.equals("{}") ? ", RequireSignedSMIMEMessages: true" : ""),
                sign.equals("{}") ? "{}" : "{ sign: " + sign + " }");
        KeyPlace where = place.equals("soft") ? KeyPlace.ANYWHERE : KeyPlace.HARDWARE;
        Decision decision = policy.decide(MAIL.facts(), new FakeDirectory(YES, YES, where).domain(YES))
                .decision();

        assertThat(decision)
                .isEqualTo(
                        switch (expected) {
                            case "signed" -> send(byDomain(KeyPlace.HARDWARE));
                            case "clear" -> send(CLEAR);
                            default -> reject(Reason.valueOf(expected));
                        });
    }

    @ParameterizedTest
    @CsvSource({"signer: domain, '{ signer: own }', OWN", "signer: own, '{ signer: domain }', DOMAIN"})
    void aRuleStandsOverTheMailboxPolicy(String level, String rule, Signer expected) {
        RuleSet policy = policy("RequireSignedSMIMEMessages: true, " + level, rule);

        assertThat(policy.decide(MAIL.facts(), new FakeDirectory(YES, YES).domain(YES))
                        .decision())
                .isEqualTo(send(expected == Signer.OWN ? SIGNED : BY_DOMAIN));
    }

    @Test
    void ofTwoGroupsTheAuthorsOwnKeyIsTheStricter() {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                groups: { one: [alice@example.com], two: [alice@example.com] }
                mailboxPolicies:
                  default: { RequireSignedSMIMEMessages: true, signer: domain }
                  one: { appliesTo: "group:one", signer: domain }
                  two: { appliesTo: "group:two", signer: ownOrDomain }
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);

        assertThat(policy.decide(MAIL.facts(), new FakeDirectory(YES, YES).domain(YES))
                        .decision())
                .isEqualTo(send(SIGNED));
    }

    /** RFC 3183 §3.2: the domain signs only for members that it knows. */
    @Test
    void whoMayNotSubmitIsNotSignedForByTheDomain() {
        RuleSet policy = policy("signer: domain", "{ sign: required }");
        for (Mail mail : new Mail[] {
            Mail.theirs("alice@example.com", "bob@out.example"), Mail.ours("eve@far.example", "bob@out.example")
        }) {
            FakeDirectory directory = new FakeDirectory(YES, YES).domain(YES);
            assertThat(policy.decide(mail.facts(), directory).decision()).isEqualTo(reject(Reason.ORIGIN_MAY_NOT_SIGN));
            assertThat(directory.isDomainAsked()).isFalse();
        }
    }

    @Test
    void theExplanationSaysWhoSigns() {
        RuleSet policy = policy("RequireSignedSMIMEMessages: true, signer: ownOrDomain", "{}");

        assertThat(policy.decide(MAIL.facts(), new FakeDirectory(YES, NO).domain(YES))
                        .explanation()
                        .steps())
                .endsWith(
                        "the domain signs: key of alice@example.com: no certificate",
                        "signed with the key of domain-signing-authority@example.com, which signs for the domain of"
                                + " alice@example.com");
    }

    private static RuleSet policy(String organisation, String rule) {
        return Policies.load("""
                version: 1
                internal: [example.com]
                mailboxPolicies: { default: { %s } }
                rules:
                %s
                  - { id: rest, when: always, then: mailboxPolicy }
                """.formatted(
                        organisation,
                        rule.equals("{}")
                                ? ""
                                : "  - { id: rule, when: { recipientDomain: out.example }, then: " + rule + " }"));
    }

    private static Protection byDomain(KeyPlace place) {
        return new Protection.Signed(new SigningSettings(
                Digest.SHA256, RsaPadding.PKCS1, true, place, Certificates.CHAIN, true, Signer.DOMAIN));
    }
}
