package org.postseal.gateway.admin.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.Pkcs12Profile;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Tests that text stays text although it is made to break out of the language that it is written in. */
@Tag("thorough")
class HostileNamesTest {
    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create(
            "Test",
            Instant.parse("2026-11-01T00:00:00Z"),
            Instant.parse("2026-11-01T00:00:00Z").plus(Duration.ofDays(99)));
    private static final FreshPassword PASSWORD = FreshPassword.of(new SecureRandom());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"</string><true/>\"@example.com",
                "\"]]><!--\"@example.com",
                "\"';Remove-Mailbox *;'\"@example.com",
                "o'brien@example.com",
                "\"$(calc)`n\"@example.com",
                "\"\u2019;calc;\u2018\"@example.com",
                "=cmd|'/c-calc'!a1@example.com",
                "\"</code><script>alert(1)</script>\"@example.com",
                "\"../../etc/passwd\"@example.com",
                "\"&amp;&#60;\"@example.com",
                "\u5bc6@example.com"
            })
    void anAddressStaysText(String text) throws Exception {
        ClientKeys keys = keys(text);
        String address = keys.address().toString();

        MobileConfig.Wishes wishes =
                new MobileConfig.Wishes(Optional.empty(), Optional.of(text), Optional.of(text), false, true);
        Document list = xml(MobileConfig.of(
                keys, new MailAccount.Exchange("mail.example.com", true), wishes, PASSWORD, Pkcs12Profile.MODERN));
        assertThat(values(list, "EmailAddress")).containsExactly(address);
        assertThat(values(list, "UserName")).containsExactly(address);
        assertThat(values(list, "PayloadOrganization")).containsExactly(text);
        assertThat(values(list, "Host")).containsExactly("mail.example.com");
        assertThat(values(list, "PayloadCertificateFileName"))
                .allMatch(name -> name.matches("[a-z]+-[0-9a-f]{8}\\.[cerp12]+"));

        IntuneImport made = IntuneImport.of(List.of(keys), PASSWORD, Pkcs12Profile.MODERN);
        PowerShellTokens tokens = new PowerShellTokens(made.files().getLast().octets());
        assertThat(tokens.strings()).contains(address);
        assertThat(tokens.code()).doesNotContain("Remove").doesNotContain("calc");

        List<RolloutFile> bundle = UserBundle.of(keys, PASSWORD, Optional.empty());
        String page = new String(bundle.getFirst().octets(), UTF_8);
        Document html = xml(page.replaceFirst("<!DOCTYPE html>\\s*", "")
                .replaceAll("<meta ([^>]*)>", "<meta $1/>")
                .getBytes(UTF_8));
        assertThat(html.getElementsByTagName("h1").item(0).getTextContent()).isEqualTo("S/MIME for " + address);
        assertThat(html.getElementsByTagName("script").getLength()).isZero();
        assertThat(bundle).allMatch(file -> file.name().matches("[A-Za-z0-9_][A-Za-z0-9_.-]*"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000b", "\u001b[2J", "\ud800", "a\ufffe"})
    void whatNoPropertyListCanSayIsRefused(String text) {
        assertThatThrownBy(() -> PropertyList.of(Map.of("Name", text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(text);
    }

    private static ClientKeys keys(String address) {
        IssuedCertificate issued = AUTHORITY.request(MailAddress.of(address)).issue();
        return new ClientKeys(
                MailAddress.of(address),
                List.of(new ClientKey(
                        issued.key(),
                        issued.certificate(),
                        Set.of(CertificatePurpose.values()),
                        issued.chain(),
                        Optional.of(AUTHORITY.root()))));
    }

    // A device reads the file in the same way: it does not fetch the DTD that the file names
    private static Document xml(byte[] octets) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        var builder = factory.newDocumentBuilder();
        builder.setEntityResolver((_, _) -> new InputSource(new StringReader("")));
        builder.setErrorHandler(null);
        return builder.parse(new ByteArrayInputStream(octets));
    }

    /** Returns the values of this key, at any depth. */
    private static List<String> values(Document list, String key) {
        List<String> values = new ArrayList<>();
        NodeList keys = list.getElementsByTagName("key");
        for (int i = 0; i < keys.getLength(); i++) {
            if (keys.item(i).getTextContent().equals(key)) {
                Node next = keys.item(i).getNextSibling();
                while (!(next instanceof Element)) {
                    next = next.getNextSibling();
                }
                values.add(next.getTextContent());
            }
        }
        return values;
    }
}
