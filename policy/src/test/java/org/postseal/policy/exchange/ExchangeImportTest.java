package org.postseal.policy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.postseal.policy.deciding.RuleSet;

/**
 * Tests that an admin's output from Exchange becomes a policy that loads, with comments at its top that say what became
 * of it.
 */
class ExchangeImportTest {
    /** Mailbox policies, indented as PowerShell 5.1 does. */
    private static final String POLICIES = """
            [
                {
                    "AllowCamera":  true,
                    "ApprovedApplicationList":  [

                                                ],
                    "RequireSignedSMIMEMessages":  false,
                    "RequireEncryptedSMIMEMessages":  true,
                    "AllowSMIMESoftCerts":  true,
                    "RequireSignedSMIMEAlgorithm":  0,
                    "RequireEncryptionSMIMEAlgorithm":  "TripleDES",
                    "AllowSMIMEEncryptionAlgorithmNegotiation":  2,
                    "IsDefault":  true,
                    "Identity":  "Default",
                    "Name":  "Default",
                    "WhenChanged":  "\\/Date(1700000000000)\\/"
                },
                {
                    "RequireSignedSMIMEMessages":  true,
                    "RequireEncryptedSMIMEMessages":  false,
                    "RequireEncryptionSMIMEAlgorithm":  "DES",
                    "IsDefault":  false,
                    "Name":  "Sales \\u0026 Vertrieb (EU)"
                }
            ]
            """;

    private static final String SMIME = """

            RunspaceId                                    : 7f0c6f3e-6f1f-4d0f-9d4b-0f2f6f0f0f0f
            OWAAlwaysSign                                 : True
            OWAClearSign                                  : True
            OWAEncryptionAlgorithms                       : 6610;660F;660E;
                                                            6603
            OWASigningAlgorithms                          :
            OWAForceSMIMEClientUpgrade                    : True
            OWANewThing                                   : 7
            SMIMECertificateIssuingCA                     : {0, 0, 0, 0...}
            SMIMECertificatesExpiryDate                   :

            """;

    @Test
    void policiesAndConfigurationBecomeOnePolicyThatLoads() {
        ExchangeImport.Imported imported = Exchange.imported(POLICIES, SMIME);
        RuleSet.Reading reading = RuleSet.read("policy.yaml", imported.yaml());
        assertThat(reading).isInstanceOf(RuleSet.Loaded.class);
        String checked = reading.problems().stream()
                .filter(problem -> problem.key().startsWith("smime."))
                .map(problem -> "# - " + problem.key().substring("smime.".length()) + " " + problem.message())
                .collect(Collectors.joining("\n"));
        assertThat(checked).contains("# - OWAForceSMIMEClientUpgrade ");

        assertThat(imported.yaml()).isEqualTo("""
                # Made by `postseal policy import-exchange` of 1, 2.
                # - mailbox policy default: 'Default', the default policy
                # - mailbox policy Sales-Vertrieb-EU: 'Sales & Vertrieb (EU)'
                # - smime: the S/MIME configuration of the organisation
                # Exchange gives mailboxes their policy one by one: write in appliesTo who has which.
                # With enforcement: minimum the named algorithms are the weakest allowed: \
                new mail gets SHA-256 and AES.
                # Substituted or to be looked at:
                # - mailbox policy 'Sales & Vertrieb (EU)' is called Sales-Vertrieb-EU
                # - OWAEncryptionAlgorithms names 3DES: too old, and passed over
                # - OWASigningAlgorithms is 800C (SHA-256): it was not set; Exchange takes SHA-1 then
                # - SMIMECertificateIssuingCA is left out: write it to a file and give that to postseal trust import
                # - mailbox policy default: RequireSignedSMIMEMessages: false is left out, \
                as OWAAlwaysSign requires it of everybody
                # - the default policy lets others weaken RequireEncryptedSMIMEMessages, \
                RequireEncryptionSMIMEAlgorithm, since another policy of Exchange asks for less
                # `postseal check` says of it:
                %s
                # Left out, as it is not known or not about S/MIME:
                #   AllowCamera, ApprovedApplicationList, OWANewThing, SMIMECertificatesExpiryDate
                version: 1
                internal: ["example.com"]
                mailboxPolicies:
                  default:
                    AllowSMIMEEncryptionAlgorithmNegotiation: AllowAnyAlgorithmNegotiation
                    AllowSMIMESoftCerts: true
                    RequireEncryptedSMIMEMessages: true
                    RequireEncryptionSMIMEAlgorithm: TripleDES
                    RequireSignedSMIMEAlgorithm: SHA1
                    enforcement: minimum
                    mayWeaken: [RequireEncryptedSMIMEMessages, RequireEncryptionSMIMEAlgorithm]
                  Sales-Vertrieb-EU:
                    # appliesTo: [user@example.com, group:NAME]
                    RequireEncryptedSMIMEMessages: false
                    RequireEncryptionSMIMEAlgorithm: DES
                    RequireSignedSMIMEMessages: true
                    enforcement: minimum
                smime:
                  OWAAlwaysSign: true
                  OWAClearSign: true
                  OWAEncryptionAlgorithms: "6610;660F;660E;6603"
                  OWAForceSMIMEClientUpgrade: true
                  OWASigningAlgorithms: "800C"
                rules:
                  - { id: everything, when: always, then: mailboxPolicy }
                """.formatted(checked));
    }

    @Test
    void whatWasImportedGoesBackAndComesAgainTheSame() {
        String first = String.join("\n", Exchange.body(POLICIES, SMIME));
        String list = Exchange.exported(first).list();

        assertThat(list).isEqualTo("""
                Name                                     : Default
                IsDefault                                : True
                AllowSMIMEEncryptionAlgorithmNegotiation : AllowAnyAlgorithmNegotiation
                AllowSMIMESoftCerts                      : True
                RequireEncryptedSMIMEMessages            : True
                RequireEncryptionSMIMEAlgorithm          : TripleDES
                RequireSignedSMIMEAlgorithm              : SHA1

                Name                                     : Sales-Vertrieb-EU
                IsDefault                                : False
                AllowSMIMEEncryptionAlgorithmNegotiation : AllowAnyAlgorithmNegotiation
                AllowSMIMESoftCerts                      : True
                RequireEncryptedSMIMEMessages            : False
                RequireEncryptionSMIMEAlgorithm          : DES
                RequireSignedSMIMEAlgorithm              : SHA1
                RequireSignedSMIMEMessages               : True

                OWAAlwaysSign              : True
                OWAClearSign               : True
                OWAEncryptionAlgorithms    : 6610;660F;660E;6603
                OWAForceSMIMEClientUpgrade : True
                OWASigningAlgorithms       : 800C
                """);
        String again = String.join("\n", Exchange.body(list));
        assertThat(Exchange.exported(again).list()).isEqualTo(list);
        assertThat(Exchange.body(Exchange.json(Exchange.exported(again).objects())))
                .isEqualTo(again.lines().toList());
    }

    @Test
    void aProvisionDocumentIsFoundInsideTheAnswerItCameWith() {
        assertThat(Exchange.imported("""
                        <?xml version="1.0" encoding="utf-8"?>
                        <Provision xmlns="Provision" xmlns:p="Provision">
                          <Policies><Policy><PolicyType>MS-EAS-Provisioning-WBXML</PolicyType><Status>1</Status><Data>
                            <p:EASProvisionDoc>
                              <p:DevicePasswordEnabled>1</p:DevicePasswordEnabled>
                              <p:ApprovedApplicationList><p:Hash>AA==</p:Hash></p:ApprovedApplicationList>
                              <p:RequireSignedSMIMEMessages>1</p:RequireSignedSMIMEMessages>
                              <p:RequireSignedSMIMEAlgorithm><![CDATA[ 0 ]]></p:RequireSignedSMIMEAlgorithm>
                              <p:AllowSMIMESoftCerts/>
                            </p:EASProvisionDoc>
                          </Data></Policy></Policies>
                        </Provision>
                        """).yaml()).isEqualTo("""
                        # Made by `postseal policy import-exchange` of 1.
                        # - mailbox policy default: an EASProvisionDoc
                        # With enforcement: minimum the named algorithms are the weakest allowed: \
                        new mail gets SHA-256 and AES.
                        # Left out, as it is not known or not about S/MIME:
                        #   DevicePasswordEnabled, ApprovedApplicationList
                        version: 1
                        internal: ["example.com"]
                        mailboxPolicies:
                          default:
                            RequireSignedSMIMEAlgorithm: SHA1
                            RequireSignedSMIMEMessages: true
                            enforcement: minimum
                        rules:
                          - { id: everything, when: always, then: mailboxPolicy }
                        """);
    }

    @Test
    void onePolicyAloneIsTakenForTheDefaultUnlessItSaysItIsNot() {
        assertThat(Exchange.imported("Name : Sales\nRequireSignedSMIMEMessages : True\n")
                        .remarks())
                .containsExactly("the only mailbox policy is taken for the default one: IsDefault is not there");
        assertThat(Exchange.body("Name : Sales\nIsDefault : False\nRequireSignedSMIMEMessages : True\n"))
                .contains("  Sales:");
    }

    @Test
    void namesBecomeOursAndStayApart() {
        String policy = "\"IsDefault\": false, \"RequireSignedSMIMEMessages\": true";

        assertThat(Exchange.imported(("[{\"Name\": \"Büro Nord\", %1$s}, {\"Name\": \"B-ro Nord\", %1$s},"
                                        + " {\"Name\": \"default\", %1$s}, {\"Name\": \"§§\", %1$s}]")
                                .formatted(policy))
                        .remarks())
                .containsExactly(
                        "mailbox policy 'Büro Nord' is called B-ro-Nord",
                        "mailbox policy 'B-ro Nord' is called B-ro-Nord-2",
                        "mailbox policy 'default' is called default-2",
                        "mailbox policy '§§' is called policy");
        assertThat(Exchange.refused("[{\"Name\": \"A\", %1$s},\n{\"Name\": \"A\", %1$s}]".formatted(policy)))
                .containsExactly("1:2: Name: a second policy with the name 'A'");
    }

    @Test
    void twoDefaultsTwoConfigurationsAndForeignObjectsAreRefusedTogether() {
        assertThat(Exchange.refused(
                        "[{\"IsDefault\": true, \"AllowSMIMESoftCerts\": true},\n"
                                + "{\"IsDefault\": true, \"AllowSMIMESoftCerts\": true}]",
                        "OWAClearSign : True\n\nOWAClearSign : True\n",
                        "{\"Name\": \"x\", \"AllowCamera\": true}",
                        "{\"OWAClearSign\": true, \"AllowSMIMESoftCerts\": true}"))
                .containsExactly(
                        "1:2: a second default policy (it has no Name)",
                        "2:3: a second S/MIME configuration; an organisation has one",
                        "3:1: has no parameter of S/MIME; what Get-MobileDeviceMailboxPolicy, Get-SmimeConfig or"
                                + " ActiveSync's Provision command give is wanted",
                        "4:1: has parameters of a mobile device mailbox policy and of Set-SmimeConfig");
    }

    @Test
    void aCountedListIsAList() {
        assertThat(Exchange.body("{\"value\": [{\"IsDefault\": true, \"AllowSMIMESoftCerts\": false}], \"Count\": 1}"))
                .contains("    AllowSMIMESoftCerts: false");
    }

    @Test
    void brokenTextGoesOnAfterABlankOrAtTheEdge() {
        assertThat(Exchange.imported("""
                        Name                       : A policy whose name is
                                                     long
                        IsDefault                  : False
                        RequireSignedSMIMEMessages : Tr
                                                     ue
                        """).remarks())
                .containsExactly("mailbox policy 'A policy whose name is long' is called A-policy-whose-name-is-long");
    }
}
