package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.protection.LegacyAlgorithm;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SigningSettings;

/**
 * Tests which old algorithms are read for whom, whose signatures count for a recipient, and that an algorithm that is
 * only read is never used for new messages.
 */
class ReadingRightsTest {
    @ParameterizedTest
    @CsvSource({
        "a@example.com, '[TripleDES]', '[TRIPLE_DES]'",
        "board@example.com, '[]', '[]'",
        "a@lab.example.com, '[TripleDES]', '[TRIPLE_DES]'",
        // Of two groups, the stricter value counts: the algorithms that both allow.
        "both@example.com, '[]', '[]'",
        "a@elsewhere.example, '[TripleDES]', '[]'"
    })
    void oldAlgorithmsAreAllowedByName(String address, String explained, String read) {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com, lab.example.com]
                groups:
                  one: [both@example.com]
                  two: { ldap: cn=two, server: corp }
                mailboxPolicies:
                  default: { allowLegacyAlgorithms: TripleDES }
                  board: { appliesTo: board@example.com, allowLegacyAlgorithms: [] }
                  one: { appliesTo: group:one, RequireSignedSMIMEMessages: true }
                  two: { appliesTo: group:two, allowLegacyAlgorithms: [] }
                rules: [{ id: last, when: always, then: { encrypt: ifPossible } }]
                """);
        MailAddress who = MailAddress.of(address);
        DirectoryFacts directory = new FakeDirectory(FakeDirectory.YES, FakeDirectory.YES)
                .with("both@example.com", "two", new DirectoryFacts.Membership.Member());
        assertThat(policy.readingRights(who, directory).legacy()).hasToString(read);
        assertThat(policy.decide(
                                Mail.ours(address, "bob@out.example").facts(),
                                new FakeDirectory(FakeDirectory.YES, FakeDirectory.YES)
                                        .with("both@example.com", "two", new DirectoryFacts.Membership.Member()))
                        .explanation()
                        .settings())
                .filteredOn(setting -> setting.name().equals("allowLegacyAlgorithms"))
                .singleElement()
                .satisfies(setting -> assertThat(setting.value()).isEqualTo(explained));
    }

    @Test
    void nothingOldIsReadWhileAGroupCannotBeAsked() {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                groups:
                  board: { ldap: cn=board, server: corp }
                mailboxPolicies:
                  default: { allowLegacyAlgorithms: TripleDES }
                  board: { appliesTo: group:board, allowLegacyAlgorithms: [] }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """);
        DirectoryFacts away = new FakeDirectory(FakeDirectory.YES, FakeDirectory.YES)
                .with("a@example.com", "board", new DirectoryFacts.Membership.LookupFailed("away"));
        assertThat(policy.readingRights(MailAddress.of("a@example.com"), away)).isEqualTo(ReadingRights.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "a@example.com, -",
        "old@example.com, openHeaderless (user: mailbox policy old)",
        "dora@example.com, openHeaderless (group: mailbox policy archive)",
        "off@example.com, -",
        "a@elsewhere.example, -"
    })
    void textWithoutAHeaderIsOpenedByTheLevelsOfTheRecipient(String address, String by) {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                groups: { archive: [dora@example.com, off@example.com] }
                mailboxPolicies:
                  old: { appliesTo: old@example.com, openHeaderless: true }
                  archive: { appliesTo: group:archive, openHeaderless: true }
                  off: { appliesTo: off@example.com, openHeaderless: false }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """);

        assertThat(policy.readingRights(MailAddress.of(address), new FakeDirectory(FakeDirectory.NO, FakeDirectory.NO))
                        .headerlessBy()
                        .orElse("-"))
                .isEqualTo(by);
    }

    @ParameterizedTest
    @CsvSource({
        "a@example.com, '{}', true, organisation: mailbox policy default",
        "old@example.com, '{SHA1=allowLegacyAlgorithms (user: mailbox policy old)}', false, user: mailbox policy old",
        "dora@example.com, '{TRIPLE_DES=readLegacyAlgorithms (group: mailbox policy archive)}', true,"
                + " organisation: mailbox policy default",
        "a@elsewhere.example, '{}', false, ''"
    })
    void whatIsOpenedAndBelievedIsSaidByTheLevelsOfTheRecipient(
            String address, String legacy, boolean domains, String domainsFrom) {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                groups:
                  archive: [dora@example.com]
                  board: { ldap: cn=board, server: corp }
                mailboxPolicies:
                  default: { believeDomainSignatures: true }
                  old: { appliesTo: old@example.com, allowLegacyAlgorithms: SHA1, believeDomainSignatures: false }
                  archive: { appliesTo: group:archive, readLegacyAlgorithms: TripleDES }
                  board: { appliesTo: group:board, RequireSignedSMIMEMessages: true }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """);
        // A group whose policy does not set this is not asked for.
        DirectoryFacts directory = new FakeDirectory(FakeDirectory.YES, FakeDirectory.YES)
                .with(address, "board", new DirectoryFacts.Membership.LookupFailed("away"));

        ReadingRights rights = policy.readingRights(MailAddress.of(address), directory);

        assertThat(rights.legacyBy()).hasToString(legacy);
        assertThat(rights.domainSignatures()).isEqualTo(domains);
        assertThat(rights.domainSignaturesFrom()).isEqualTo(domainsFrom);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "allowLegacyAlgorithms: TripleDES                             | TRIPLE_DES_CBC | allowLegacyAlgorithms",
                "readLegacyAlgorithms: TripleDES                              | -              | readLegacyAlgorithms",
                "allowLegacyAlgorithms: TripleDES, readLegacyAlgorithms: SHA1 | TRIPLE_DES_CBC | allowLegacyAlgorithms",
                "allowLegacyAlgorithms: TripleDES, readLegacyAlgorithms: []   | TRIPLE_DES_CBC | allowLegacyAlgorithms",
                "allowLegacyAlgorithms: [], readLegacyAlgorithms: TripleDES   | -              | readLegacyAlgorithms",
                "allowLegacyAlgorithms: TripleDES, readLegacyAlgorithms: TripleDES"
                        + " | TRIPLE_DES_CBC | allowLegacyAlgorithms",
                "readLegacyAlgorithms: []                                     | -              | -"
            })
    void whatIsOnlyReadIsNeverMade(String lists, String made, String readBy) {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                mailboxPolicies: { default: { RequireEncryptedSMIMEMessages: true, %s } }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """.formatted(lists));
        DirectoryFacts.Fact readsTripleDes = new DirectoryFacts.Fact.Available(
                new KeyFacts(KeyKind.RSA, 2048),
                new Capabilities(
                        Capabilities.Source.VERIFIED_MAIL,
                        Set.of(Cipher.TRIPLE_DES_CBC),
                        Set.of(RsaKeyTransport.PKCS1)));

        assertThat(policy.decide(
                                Mail.ours("a@example.com", "bob@out.example").facts(),
                                new FakeDirectory(readsTripleDes, YES))
                        .decision())
                .isEqualTo(
                        made.equals("-")
                                ? new Decision.Reject(Reason.ALGORITHM_NOT_ALLOWED)
                                : DecisionTable.send(new Protection.Encrypted(
                                        new EncryptionSettings(Cipher.valueOf(made), RsaKeyTransport.PKCS1))));
        assertThat(policy.readingRights(MailAddress.of("a@example.com"), new FakeDirectory(YES, YES))
                        .legacyBy()
                        .get(LegacyAlgorithm.TRIPLE_DES))
                .isEqualTo(readBy.equals("-") ? null : readBy + " (organisation: mailbox policy default)");
    }

    @ParameterizedTest
    @CsvSource({"allowLegacyAlgorithms, SHA1", "readLegacyAlgorithms, SHA256"})
    void noSignatureIsMadeByADigestThatIsOnlyRead(String list, SigningSettings.Digest digest) {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                smime: { OWASigningAlgorithms: 8004 }
                mailboxPolicies: { default: { RequireSignedSMIMEMessages: true, %s: SHA1 } }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """.formatted(list));

        assertThat(policy.decide(Mail.ours("a@example.com", "bob@out.example").facts(), new FakeDirectory(YES, YES))
                        .decision())
                .isEqualTo(DecisionTable.send(
                        new Protection.Signed(new SigningSettings(digest, SigningSettings.RsaPadding.PKCS1, true))));
    }
}
