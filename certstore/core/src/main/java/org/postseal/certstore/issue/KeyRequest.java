package org.postseal.certstore.issue;

import java.io.IOException;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.PemText;
import org.postseal.certstore.key.KeyMaterial;

/** Makes requests (PKCS #10, RFC 2986) for authorities to certify keys of ours. */
public final class KeyRequest {
    private KeyRequest() {}

    /**
     * Makes a request in PEM.
     *
     * @throws IllegalArgumentException when the key cannot sign
     */
    public static String pem(KeyMaterial key, List<MailAddress> addresses) {
        try {
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(addresses.stream()
                            .map(CertificateRequest::generalName)
                            .toArray(GeneralName[]::new)));
            String name = CertificateRequest.mailbox(addresses.getFirst());
            X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
            if (name.length() <= 64) {
                subject.addRDN(BCStyle.CN, name);
            }
            byte[] der = new PKCS10CertificationRequestBuilder(subject.build(), key.publicKey())
                    .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                    .build(key.certificateSigner())
                    .getEncoded();
            return PemText.of("CERTIFICATE REQUEST", der);
        } catch (IOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
    }
}
