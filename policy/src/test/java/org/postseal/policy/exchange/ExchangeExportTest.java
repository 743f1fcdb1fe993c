package org.postseal.policy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlReader;

/** Tests that an export contains only what Microsoft's values can express, and that it names every other setting. */
class ExchangeExportTest {
    @Test
    void everythingExchangeCannotSayIsNamedAtOnce() {
        assertThat(Exchange.exportRefused("""
            version: 1
            internal: [example.com]
            groups: { board: [chair@example.com] }
            mailboxPolicies:
              default:
                RequireSignedSMIMEAlgorithm: SHA256
                RequireEncryptionSMIMEAlgorithm: AES256-GCM
                enforcement: exact
                RSAKeyTransport: OAEP-SHA256
              board:
                appliesTo: [group:board]
                RSASignaturePadding: PSS
            rules:
              - { id: bank, when: { recipientDomain: bank.example }, then: { encrypt: required } }
              - { id: last, when: always, then: { verify: never, decrypt: never } }
            """))
                .containsExactly(
                        "policy.yaml:3: groups: is left out: Exchange's policies do not hold it",
                        "policy.yaml:6: mailboxPolicies.default.RequireSignedSMIMEAlgorithm: SHA256 has no value in"
                                + " Exchange (valid: SHA1, MD5)",
                        "policy.yaml:7: mailboxPolicies.default.RequireEncryptionSMIMEAlgorithm: AES256-GCM has"
                                + " no value in Exchange (valid: TripleDES, DES, RC2128bit, RC264bit, RC240bit)",
                        "policy.yaml:8: mailboxPolicies.default.enforcement: has no parameter in Exchange",
                        "policy.yaml:9: mailboxPolicies.default.RSAKeyTransport: has no parameter in Exchange",
                        "policy.yaml:11: mailboxPolicies.board.appliesTo: is left out: Exchange assigns by"
                                + " Set-CASMailbox -ActiveSyncMailboxPolicy",
                        "policy.yaml:12: mailboxPolicies.board.RSASignaturePadding: has no parameter in Exchange",
                        "policy.yaml:14: rules[0]: has no parameter in Exchange, which has no rules for S/MIME",
                        "policy.yaml:15: rules[1]: has no parameter in Exchange; only then: mailboxPolicy says what"
                                + " Exchange does");
    }

    @Test
    void levelsBecomeFlat() {
        ExchangeExport.Exported exported = Exchange.exported("""
            version: 1
            internal: [example.com]
            mailboxPolicies:
              default:
                RequireSignedSMIMEMessages: true
                RequireEncryptedSMIMEMessages: false
                AllowSMIMESoftCerts: true
                allowLegacyAlgorithms: []
                mayWeaken: [RequireSignedSMIMEMessages]
              base: { AllowSMIMESoftCerts: false, RequireSignedSMIMEMessages: false }
              special: { extends: base, appliesTo: [a@example.com],
                RequireEncryptedSMIMEMessages: true, enforcement: minimum }
            rules: [{ id: last, when: always, then: mailboxPolicy }]
            """);

        assertThat(exported.objects())
                .isEqualTo(List.of(
                        Map.of(
                                "Name", "Default",
                                "IsDefault", true,
                                "AllowSMIMESoftCerts", true,
                                "RequireEncryptedSMIMEMessages", false,
                                "RequireSignedSMIMEMessages", true),
                        Map.of(
                                "Name", "base",
                                "IsDefault", false,
                                "AllowSMIMESoftCerts", false,
                                "RequireEncryptedSMIMEMessages", false,
                                "RequireSignedSMIMEMessages", false),
                        Map.of(
                                "Name", "special",
                                "IsDefault", false,
                                "AllowSMIMESoftCerts", false,
                                "RequireEncryptedSMIMEMessages", true,
                                "RequireSignedSMIMEMessages", false)));
        assertThat(exported.warnings().stream().map(Problem::toString))
                .containsExactly(
                        "policy.yaml:9: mailboxPolicies.default.mayWeaken: is left out:"
                                + " Exchange's policies do not build on each other",
                        "policy.yaml:11: mailboxPolicies.special.appliesTo: is left out:"
                                + " Exchange assigns by Set-CASMailbox -ActiveSyncMailboxPolicy");
    }

    @Test
    void whatPeopleReadStaysHere() {
        ExchangeExport.Exported exported = Exchange.exported("""
            version: 1
            internal: [example.com]
            words: { contact: help@example.com }
            mailboxPolicies: { default: { RequireSignedSMIMEMessages: true } }
            rules: [{ id: last, when: always, then: mailboxPolicy }]
            """);
        assertThat(exported.warnings().stream().map(Problem::toString))
                .containsExactly("policy.yaml:3: words: is left out: Exchange's policies do not hold it");
    }

    @Test
    void onePolicyAloneMustNotLoseWhatStandsAboveIt() {
        String policy = """
            version: 1
            internal: [example.com]
            mailboxPolicies:
              default: { AllowSMIMESoftCerts: false }
            smime:
              OWAAlwaysSign: %s
              OWAClearSign: false
            rules: [{ id: last, when: always, then: mailboxPolicy }]
            """;

        assertThat(Exchange.exportRefused(policy.formatted("true"), "default"))
                .containsExactly(
                        "policy.yaml:5: smime: is left out: it is no part of a mailbox policy",
                        "policy.yaml:6: smime.OWAAlwaysSign:"
                                + " is required of everybody and has no place in a mailbox policy");
        ExchangeExport.Exported exported = Exchange.exported(policy.formatted("false"), "default");
        assertThat(exported.provisionDocument()).isEqualTo("""
            <?xml version="1.0" encoding="utf-8"?>
            <EASProvisionDoc xmlns="Provision">
              <AllowSMIMESoftCerts>0</AllowSMIMESoftCerts>
            </EASProvisionDoc>
            """);
        assertThat(exported.warnings()).hasSize(1);
    }

    @Test
    void aPolicyThatIsNotThereOrBrokenIsNotExported() {
        String policy = """
            version: 1
            internal: [example.com]
            mailboxPolicies: { default: {}, sales: { appliesTo: [a@example.com] } }
            rules: [{ id: last, when: always, then: %s }]
            """;

        assertThat(Exchange.exportRefused(policy.formatted("mailboxPolicy"), "sale"))
                .containsExactly("policy.yaml: mailboxPolicies: there is no 'sale' (nearest: sales)");
        assertThat(Exchange.exportRefused(policy.formatted("mailboxpolicy")))
                .containsExactly(
                        "policy.yaml:4: rules[0].then: unknown value 'mailboxpolicy' (nearest: mailboxPolicy)");
        assertThat(Exchange.exportRefused("""
            version: 1
            internal: [example.com]
            rules: [{ id: last, when: always, then: mailboxPolicy }]
            """))
                .containsExactly("policy.yaml: nothing to export: no mailboxPolicies and no smime");
    }

    @Test
    void parametersOfNoUseThereStay() {
        ExchangeExport.Exported exported = Exchange.exported("""
            version: 1
            internal: [example.com]
            smime:
              OWAClearSign: true
              Identity: x
              SMIMECertificateIssuingCA: AAAA
            rules: [{ id: last, when: always, then: mailboxPolicy }]
            """);

        assertThat(exported.objects()).isEqualTo(List.of(Map.of("OWAClearSign", true)));
        assertThat(exported.warnings().stream().map(Problem::toString))
                .containsExactly(
                        "policy.yaml:5: smime.Identity: is left out: Get-SmimeConfig shows it, Set-SmimeConfig does not"
                                + " take it from there",
                        "policy.yaml:6: smime.SMIMECertificateIssuingCA: is left out: Get-SmimeConfig shows it,"
                                + " Set-SmimeConfig does not take it from there");
    }

    @Test
    void whatSetSmimeConfigDoesNotTakeIsNamed() {
        Problems problems = new Problems("policy.yaml");
        YamlReader.read("""
            smime:
              OWASenderCertificateAttributesToDisplay: "a\\nb"
              OWASigningAlgorithms: 6610
              ours: 1
            """, problems)
                .flatMap(root -> root.mapping("smime"))
                .ifPresent(section -> SmimeExport.of(section, ExchangeGaps.REFUSED));

        assertThat(problems.all().stream().map(Problem::toString))
                .containsExactly(
                        "policy.yaml:2: smime.OWASenderCertificateAttributesToDisplay: cannot be expressed in Exchange:"
                                + " it is more than one line",
                        "policy.yaml:3: smime.OWASigningAlgorithms: cannot be expressed in Exchange: 6610 is not the"
                                + " identifier of a hash (valid: 8003, 8004, 800C, 800D, 800E)",
                        "policy.yaml:4: smime.ours: has no parameter in Exchange");
    }
}
