package org.postseal.certstore.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.OtherName;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/** Checks which names of a request are taken as mailboxes. */
class SigningRequestTest {
    private static final String USER_PRINCIPAL_NAME = "1.3.6.1.4.1.311.20.2.3";
    private static final String SMTP_UTF8_MAILBOX = "1.3.6.1.5.5.7.8.9";

    @Test
    void anInternationalMailboxIsOne() throws Exception {
        assertThat(read(nobody(), other(SMTP_UTF8_MAILBOX, "jörg@ours.example")).addresses())
                .containsExactly(MailAddress.of("jörg@ours.example"));
    }

    @Test
    void aUserPrincipalNameIsNone() {
        assertThatThrownBy(() -> read(nobody(), other(USER_PRINCIPAL_NAME, "chief@ours.example")))
                .isInstanceOf(CaException.class)
                .hasMessage("the request asks for a name that is no mail address");
    }

    @Test
    void theSubjectNamesMailboxesByEmailAddressAndCommonName() throws Exception {
        X500Name subject = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, new DERUTF8String("alice@ours.example"))
                .addRDN(PKCSObjectIdentifiers.pkcs_9_at_emailAddress, new DERIA5String("a.miller@ours.example"))
                .build();
        GeneralName third = new GeneralName(GeneralName.rfc822Name, "miller@ours.example");
        assertThat(read(subject, third).addresses())
                .containsExactlyInAnyOrder(
                        MailAddress.of("alice@ours.example"),
                        MailAddress.of("a.miller@ours.example"),
                        MailAddress.of("miller@ours.example"));
        X500Name person = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, "Alice Miller")
                .build();
        assertThat(read(person, third).addresses()).containsExactly(MailAddress.of("miller@ours.example"));
    }

    @Test
    void anEmailAddressThatIsNoneIsRefused() {
        X500Name subject = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(PKCSObjectIdentifiers.pkcs_9_at_emailAddress, new DERIA5String("nobody"))
                .build();
        assertThatThrownBy(() -> read(subject, new GeneralName(GeneralName.rfc822Name, "miller@ours.example")))
                .hasMessage("the request asks for a name that is no mail address");
    }

    private static X500Name nobody() {
        return new X500NameBuilder(BCStyle.INSTANCE).build();
    }

    private static GeneralName other(String type, String value) {
        return new GeneralName(
                GeneralName.otherName, new OtherName(new ASN1ObjectIdentifier(type), new DERUTF8String(value)));
    }

    private static SigningRequest read(X500Name subject, GeneralName name) throws CaException, IOException {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(name));
        return SigningRequest.read(new PKCS10CertificationRequestBuilder(subject, key.publicKey())
                .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                .build(key.certificateSigner())
                .getEncoded());
    }
}
