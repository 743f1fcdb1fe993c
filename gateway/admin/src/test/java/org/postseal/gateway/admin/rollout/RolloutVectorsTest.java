package org.postseal.gateway.admin.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.format.SstWriter;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.policy.exchange.ExchangeExport;
import org.postseal.policy.exchange.ExchangeGaps;

/** Compares each script with one that a person has read. {@code -Dvectors=write} writes them anew, to be read again. */
class RolloutVectorsTest {
    private static final Path VECTORS =
            Path.of(System.getProperty("basedir", "."), "src", "test", "vectors", "rollout");

    @Test
    void exchangeOnline() throws IOException {
        ExchangeOnline exchange = new ExchangeOnline(new ExchangeOnline.Tenant(
                "gw.example.com",
                "example-com.mail.protection.outlook.com",
                "X-To-Gateway",
                Optional.of("0000000000000000submission"),
                Optional.of("0000000000000000inbound"),
                new ExchangeOnline.Field("X-From-Gateway", "0000000000000000done"),
                Optional.of("seal.example.com")));
        Secrets secrets = new Secrets(
                "X-To-Gateway",
                Optional.of("0000000000000000submission"),
                Optional.of("0000000000000000inbound"),
                new ExchangeOnline.Field("X-From-Gateway", "0000000000000000done"),
                true);
        List<RolloutFile> files = new ArrayList<>(exchange.scripts());
        files.addAll(GatewaySide.ofTenant("example-com.mail.protection.outlook.com", secrets));
        files.add(exchange.page(files));
        compare("online", files);
        assertThat(files.stream().filter(RolloutFile::isSecret).map(RolloutFile::name))
                .containsExactly("rules.ps1", "submission.token", "inbound.token", "done.token");
        // A file that everybody may read holds no secret
        assertThat(files.stream().filter(file -> !file.isSecret()))
                .allSatisfy(file -> assertThat(new String(file.octets(), UTF_8)).doesNotContain("0000000000000000"));
    }

    @Test
    void exchangeServer() throws IOException {
        ExchangeServer exchange = new ExchangeServer("gw.example.com", 2524, InetAddress.ofLiteral("10.0.0.5"));
        List<RolloutFile> files = new ArrayList<>(exchange.scripts());
        files.addAll(GatewaySide.ofServer(
                "mail.example.com", InetAddress.ofLiteral("10.0.0.10"), "edge.example.com", exchange));
        files.add(exchange.page(files));
        compare("on-premises", files);
    }

    @Test
    void policies() throws IOException {
        ExchangeExport.Exported exported =
                (ExchangeExport.Exported) ExchangeExport.of("policy.yaml", """
                    version: 1
                    internal: [example.com]
                    mailboxPolicies:
                      default:
                        RequireSignedSMIMEMessages: true
                        RequireSignedSMIMEAlgorithm: SHA1
                        AllowSMIMESoftCerts: true
                      finance:
                        appliesTo: [cfo@example.com]
                        RequireEncryptedSMIMEMessages: true
                        RequireEncryptionSMIMEAlgorithm: TripleDES
                    smime: { OWAClearSign: true, OWAEncryptionAlgorithms: "6610;660E", OWACRLRetrievalTimeout: 10000 }
                    rules: [{ id: everything, when: always, then: mailboxPolicy }]
                    """, Optional.empty(), ExchangeGaps.REFUSED);
        compare(
                "policy",
                List.of(
                        RolloutFile.of("mobile-policies.ps1", PolicyScripts.mobilePolicies(exported.objects())),
                        RolloutFile.of(
                                "smime-config.ps1",
                                PolicyScripts.smimeConfig(exported.objects()).orElseThrow())));
    }

    @Test
    void trust() throws IOException {
        Instant now = Instant.parse("2026-11-24T12:00:00Z");
        byte[] sst =
                SstWriter.write(List.of(CertificateAuthority.create("Test", now.minusSeconds(60), now.plusSeconds(60))
                        .root()));
        TrustScript.Made made = (TrustScript.Made) TrustScript.of(sst, now);
        assertThat(made.files().getFirst().name()).isEqualTo("virtual-certificate-collection.sst");
        assertThat(made.files().getFirst().octets()).isEqualTo(sst);
        compare("trust", List.of(made.files().getLast()));
        // One expired certificate makes Exchange refuse the whole collection
        assertThat(TrustScript.of(sst, now.plusSeconds(61)))
                .isEqualTo(new TrustScript.Refused(List.of("CN=Test expired on 2026-11-24T12:01:00Z")));
        assertThat(TrustScript.of(SstWriter.write(List.of()), now))
                .isEqualTo(new TrustScript.Refused(List.of("no certificate in it")));
    }

    @Test
    void recipients() throws IOException {
        byte[] one = {0x30, 1};
        byte[] two = {0x30, 2};
        compare(
                "recipients",
                List.of(RolloutFile.of(
                        "recipients.ps1",
                        RecipientScript.of(List.of(
                                new RecipientScript.Recipient(
                                        "alice@example.com",
                                        "alice@example.com: 1a2b3c4d5e6f7081 until 2027-06-01",
                                        List.of(one, two),
                                        Optional.of(List.of(two))),
                                new RecipientScript.Recipient(
                                        "d'arc@partner.example",
                                        "d'arc@partner.example: 8091a2b3c4d5e6f7 until 2027-06-01",
                                        List.of(one),
                                        Optional.empty()),
                                new RecipientScript.Recipient(
                                        "carol@example.com",
                                        "carol@example.com: 0123456789abcdef until 2027-06-01",
                                        List.of(one),
                                        Optional.of(List.of())))))));
    }

    @Test
    void browsers() throws IOException {
        List<RolloutFile> files = new ArrayList<>();
        for (BrowserPolicy.Browser browser : BrowserPolicy.Browser.values()) {
            for (BrowserPolicy.Format format : BrowserPolicy.Format.values()) {
                files.add(RolloutFile.of(
                        (browser + "." + format).toLowerCase(Locale.ROOT), BrowserPolicy.of(browser, format, 1)));
            }
        }
        compare("browser", files);
    }

    @Test
    void intune() throws IOException {
        compare(
                "intune",
                List.of(RolloutFile.of(
                        "import.ps1",
                        IntuneImport.script(List.of(
                                new IntuneImport.Row(
                                        "alice@example.com",
                                        "alice_example.com-0000000000000001.pfx",
                                        "0000000000000000000000000000000000000001",
                                        "smimeSigning",
                                        "2027-11-27"),
                                new IntuneImport.Row(
                                        "o'brien@example.com",
                                        "o_brien_example.com-0000000000000002.pfx",
                                        "0000000000000000000000000000000000000002",
                                        "smimeEncryption",
                                        "2027-11-27"))))));
    }

    @Test
    void outlookMobile() {
        assertThat(OutlookMobile.settings(true, false, false, Optional.of("ldaps://ldap.example.com:636")))
                .isEqualTo(Map.of(
                        "com.microsoft.outlook.Mail.SMIMEEnabled", true,
                        "com.microsoft.outlook.Mail.SMIMEEnabled.UserChangeAllowed", false,
                        "com.microsoft.outlook.Mail.SMIMEEnabled.SignAllMail", true,
                        "com.microsoft.outlook.Mail.SMIMEEnabled.SignAllMail.UserChangeAllowed", false,
                        "com.microsoft.outlook.Mail.SMIMEEnabled.EncryptAllMail", false,
                        "com.microsoft.outlook.Mail.SMIMEEnabled.EncryptAllMail.UserChangeAllowed", false,
                        "com.microsoft.outlook.Mail.SMIMEEnabled.LDAPHostName", "ldaps://ldap.example.com:636"));
    }

    private static void compare(String folder, List<RolloutFile> files) throws IOException {
        Path reviewed = VECTORS.resolve(folder);
        if (System.getProperty("vectors", "").equals("write")) {
            Files.createDirectories(reviewed);
            for (RolloutFile file : files) {
                Files.write(reviewed.resolve(file.name()), file.octets());
            }
        }
        try (Stream<Path> there = Files.list(reviewed)) {
            assertThat(there.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            files.stream().map(RolloutFile::name).toList());
        }
        for (RolloutFile file : files) {
            assertThat(file.octets()).as(file.name()).isEqualTo(Files.readAllBytes(reviewed.resolve(file.name())));
            if (file.name().endsWith(".ps1")) {
                PowerShellTokens _ = new PowerShellTokens(file.octets());
            }
        }
    }
}
