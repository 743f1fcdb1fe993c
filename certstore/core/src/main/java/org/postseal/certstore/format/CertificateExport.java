package org.postseal.certstore.format;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RDN;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.util.CollectionStore;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/** Writes certificates in the formats of other programs. {@link SstWriter} writes the format of Windows. */
public final class CertificateExport {
    private CertificateExport() {}

    /** Writes the certificates one after the other in PEM. */
    public static String pem(List<MailCertificate> certificates) {
        StringBuilder text = new StringBuilder();
        certificates.forEach(each -> text.append(each.toPem()));
        return text.toString();
    }

    public static byte[] der(MailCertificate certificate) {
        try {
            return certificate.holder().getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
    }

    /** Writes certs-only PKCS #7 (RFC 8551 §3.8) in DER. The order is lost, since it is a set. */
    public static byte[] pkcs7(List<MailCertificate> certificates, List<X509CRLHolder> crls) {
        List<X509CertificateHolder> holders = new ArrayList<>();
        certificates.forEach(each -> holders.add(each.holder()));
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addCertificates(new CollectionStore<>(holders));
            generator.addCRLs(new CollectionStore<>(crls));
            return generator.generate(new CMSAbsentContent()).getEncoded(ASN1Encoding.DER);
        } catch (CMSException | IOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
    }

    /**
     * Writes LDIF with an entry for each address and all of its certificates. A certificate without an address is left
     * out.
     *
     * @param base the name of the entry above; empty for none
     */
    public static String ldif(List<MailCertificate> certificates, String base) {
        Map<MailAddress, List<MailCertificate>> byAddress = new LinkedHashMap<>();
        for (MailCertificate certificate : certificates) {
            for (MailAddress address : certificate.addresses()) {
                byAddress.computeIfAbsent(address, _ -> new ArrayList<>()).add(certificate);
            }
        }
        StringBuilder text = new StringBuilder("version: 1\n");
        byAddress.forEach((address, each) -> text.append('\n').append(entry(address, each, base)));
        return text.toString();
    }

    private static String entry(MailAddress address, List<MailCertificate> certificates, String base) {
        byte[][] values = certificates.stream().map(CertificateExport::der).toArray(byte[][]::new);
        try {
            DN above = new DN(base);
            Entry entry = new Entry(
                    new DN(new RDN("mail", address.toString()), above),
                    new Attribute("objectClass", "top", "person", "organizationalPerson", "inetOrgPerson"),
                    new Attribute("cn", address.toString()),
                    new Attribute("sn", address.localPart()),
                    new Attribute("mail", address.toString()),
                    new Attribute("userCertificate;binary", values));
            return entry.toLDIFString(76) + "\n";
        } catch (LDAPException e) {
            throw new IllegalArgumentException("not a distinguished name: " + base, e);
        }
    }
}
