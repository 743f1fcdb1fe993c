package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.settings.Setting;

/**
 * Tests how mail to a partner is made, and that old mail from a partner is read only where something outside the
 * encryption proves From.
 */
class PartnersTest {
    private static final RuleSet POLICY = Policies.load("""
            version: 1
            internal: [example.com, ours.bank.example]
            trustedAuthservIds: mail.example.com
            mailboxPolicies:
              default:
                RequireSignedSMIMEMessages: true
                RequireSignedSMIMEAlgorithm: SHA384
                RequireEncryptionSMIMEAlgorithm: AES192
                mayWeaken: RequireEncryptionSMIMEAlgorithm
                RSASignaturePadding: PSS
              reader: { appliesTo: reads@example.com, readLegacyAlgorithms: [DES], believeDomainSignatures: true }
              strict: { appliesTo: strict@example.com, RequireEncryptionSMIMEAlgorithm: AES256 }
            partners:
              bank:
                appliesTo: ["*.bank.example", bank.example]
                RSASignaturePadding: PKCS1
                RequireSignedSMIMEAlgorithm: SHA512
                RequireEncryptionSMIMEAlgorithm: AES128
                readLegacyAlgorithms: [TripleDES]
              treasurer:
                appliesTo: [cfo@bank.example]
                recipientsRead: [AES128, OAEP-SHA256]
                openHeaderless: true
                believeDomainSignatures: true
              modern: { appliesTo: modern.example, RSASignaturePadding: PKCS1 }
            rules:
              - id: by-rule
                when: { direction: outbound, subject: rule }
                then: { encrypt: required, RSASignaturePadding: PSS }
              - { id: rest, when: always, then: { sign: required, encrypt: required } }
            """);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // from | to | setting | value | level
                "a@example.com | x@other.example | RSASignaturePadding | PSS | organisation: mailbox policy default",
                "a@example.com | x@bank.example | RSASignaturePadding | PKCS1 | partner bank",
                "a@example.com | x@eu.bank.example | RSASignaturePadding | PKCS1 | partner bank",
                "a@example.com | x@notbank.example | RSASignaturePadding | PSS | organisation: mailbox policy default",
                "a@example.com | cfo@bank.example | RSASignaturePadding | PKCS1 | partner bank",
                "a@example.com | cfo@bank.example | recipientsRead | '[AES128, OAEP-SHA256]' | partner treasurer",
                "a@example.com | x@bank.example | RequireSignedSMIMEAlgorithm | SHA512 | partner bank",
                // The organisation says mayWeaken, and the policy of this sender does not.
                "a@example.com | x@bank.example | RequireEncryptionSMIMEAlgorithm | AES128 | partner bank",
                "strict@example.com | x@bank.example | RequireEncryptionSMIMEAlgorithm | AES256 "
                        + "| user: mailbox policy strict",
            })
    void mailToAPartnerIsMadeAsTheySay(String from, String to, String name, String value, String level) {
        assertThat(decide(Mail.ours(from, to)).explanation().settings()).contains(new Setting(name, value, level));
        assertThat(decide(Mail.ours(from, to)).explanation().mailboxPolicy()).isNotEqualTo("bank");
    }

    @Test
    void whatIsReadOfTheirsHasNoSayInMailToThem() {
        assertThat(decide(Mail.ours("a@example.com", "cfo@bank.example"))
                        .explanation()
                        .settings())
                .contains(new Setting("readLegacyAlgorithms", "[]", "built-in"))
                .contains(new Setting("openHeaderless", "false", "built-in"));
    }

    @Test
    void aRuleComesAfterThePartner() {
        assertThat(decide(Mail.ours("a@example.com", "x@bank.example").header("Subject", "rule"))
                        .explanation()
                        .settings())
                .contains(new Setting("RSASignaturePadding", "PSS", "rule by-rule"));
    }

    @ParameterizedTest
    @CsvSource({
        // from, to, DMARC, signed outside, what is read, domain signatures, headerless
        "x@bank.example, a@example.com, false, false, {}, false, false",
        "x@bank.example, a@example.com, true, false, '{TRIPLE_DES=readLegacyAlgorithms (partner bank)}', false, false",
        "x@bank.example, a@example.com, false, true, '{TRIPLE_DES=readLegacyAlgorithms (partner bank)}', false, false",
        "cfo@bank.example, a@example.com, true, false, '{TRIPLE_DES=readLegacyAlgorithms (partner bank)}', true, true",
        "x@modern.example, a@example.com, true, true, {}, false, false",
        "x@other.example, a@example.com, true, true, {}, false, false",
        // It adds to what the recipient reads. Nobody outside has such a right.
        "x@other.example, reads@example.com, false, false, "
                + "'{DES=readLegacyAlgorithms (user: mailbox policy reader)}', true, false",
        "x@bank.example, reads@example.com, true, false, '{DES=readLegacyAlgorithms (user: mailbox policy reader), "
                + "TRIPLE_DES=readLegacyAlgorithms (partner bank)}', true, false",
        "x@bank.example, a@out.example, true, true, {}, false, false",
        // A name of ours below the partner's is not the partner.
        "x@ours.bank.example, a@example.com, true, true, {}, false, false",
    })
    void oldMailOfAPartnerIsReadWhereFromIsProved(
            String from,
            String to,
            boolean hasDmarc,
            boolean isSigned,
            String read,
            boolean domains,
            boolean headerless) {
        Mail mail = Mail.theirs(from, to).encrypted();
        ReadingRights rights = rights(hasDmarc ? mail.trait(Facts.Trait.DMARC) : mail, isSigned);

        assertThat(text(rights)).isEqualTo(read);
        assertThat(rights.domainSignatures()).isEqualTo(domains);
        assertThat(rights.headerlessBy().isPresent()).isEqualTo(headerless);
    }

    @Test
    void itIsSaidWhatDoesNotCount() {
        Mail mail = Mail.theirs("cfo@bank.example", "a@example.com").encrypted();

        assertThat(rights(mail, false).unproved()).contains("partner bank, treasurer");
        assertThat(rights(mail, true).unproved()).isEmpty();
        assertThat(rights(Mail.theirs("x@modern.example", "a@example.com").encrypted(), false)
                        .unproved())
                .isEmpty();
    }

    @Test
    void aFromThatProgramsReadDifferentlyProvesNothing() {
        assertThat(text(rights(
                        Mail.theirs("x@bank.example", "a@example.com")
                                .encrypted()
                                .unclear("x@bank.example", "y@evil.example")
                                .trait(Facts.Trait.DMARC),
                        true)))
                .isEqualTo("{}");
    }

    /** A signature may have to wait for revocation servers. */
    @Test
    void aSignatureIsVerifiedOnlyIfItMatters() {
        AtomicInteger asked = new AtomicInteger();
        for (Mail mail : new Mail[] {
            Mail.theirs("x@other.example", "a@example.com").encrypted(),
            Mail.theirs("x@modern.example", "a@example.com").encrypted(),
            Mail.theirs("x@bank.example", "a@example.com").encrypted().trait(Facts.Trait.DMARC)
        }) {
            POLICY.readingRights(
                    MailAddress.of("a@example.com"),
                    mail.facts().message(),
                    () -> asked.incrementAndGet() > 0,
                    new FakeDirectory(NO, NO));
        }
        assertThat(asked).hasValue(0);
    }

    @Test
    void recipientsOfTwoPartnersAreToldApart() {
        assertThat(ofEnvelope("x@bank.example")).isEqualTo(ofEnvelope("y@eu.bank.example"));
        assertThat(ofEnvelope("x@bank.example")).isNotEqualTo(ofEnvelope("cfo@bank.example"));
        assertThat(ofEnvelope("x@bank.example")).isNotEqualTo(ofEnvelope("x@other.example"));
    }

    private static EnvelopeClass ofEnvelope(String recipient) {
        return POLICY.envelopeClass(
                MailAddress.of(recipient),
                true,
                Optional.of(MailAddress.of("a@example.com")),
                new FakeDirectory(NO, NO));
    }

    private static Ruling decide(Mail mail) {
        return POLICY.decide(mail.facts(), new FakeDirectory(YES, YES));
    }

    private static ReadingRights rights(Mail mail, boolean isSignedOutside) {
        return POLICY.readingRights(
                mail.facts().recipient(), mail.facts().message(), () -> isSignedOutside, new FakeDirectory(NO, NO));
    }

    private static String text(ReadingRights rights) {
        return new TreeMap<>(rights.legacyBy()).toString();
    }
}
