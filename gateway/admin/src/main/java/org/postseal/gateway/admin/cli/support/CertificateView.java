package org.postseal.gateway.admin.cli.support;

import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.Digest;
import org.postseal.certstore.KeyIdentifier;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;

/** Says in words what is in a certificate. */
public final class CertificateView {
    private CertificateView() {}

    /** Returns the members of its JSON object. Every certificate has the same. */
    public static Map<String, Object> members(MailCertificate certificate) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("sha256", certificate.id().hex());
        members.put("sha1", sha1(certificate));
        members.put("subject", subject(certificate));
        members.put("issuer", issuer(certificate));
        members.put("serial", serial(certificate));
        members.put("notBefore", certificate.notBefore());
        members.put("notAfter", certificate.notAfter());
        members.put("addresses", texts(certificate.addresses()));
        members.put("key", kind(certificate.keyKind()));
        members.put("maySign", certificate.whyNot(CertificatePurpose.SIGN).isEmpty());
        members.put("mayEncrypt", certificate.whyNot(CertificatePurpose.ENCRYPT).isEmpty());
        members.put("keyUsage", keyUsage(certificate));
        members.put("extendedKeyUsage", extendedKeyUsage(certificate));
        members.put("subjectKeyIdentifier", certificate.subjectKeyIdentifier().map(KeyIdentifier::hex));
        members.put(
                "authorityKeyIdentifier", certificate.authorityKeyIdentifier().map(KeyIdentifier::hex));
        return members;
    }

    /** Returns the subject as RFC 2253 writes it. */
    public static String subject(MailCertificate certificate) {
        return certificate.x509().getSubjectX500Principal().getName();
    }

    /** Returns the issuer as RFC 2253 writes it. */
    public static String issuer(MailCertificate certificate) {
        return certificate.x509().getIssuerX500Principal().getName();
    }

    /** Returns the serial number in hexadecimal, as programs show it. A negative one keeps its sign. */
    public static String serial(MailCertificate certificate) {
        return certificate.serialNumber().toString(16);
    }

    /** Returns the SHA-1 in upper-case hexadecimal, by which Windows and Exchange name certificates. */
    public static String sha1(MailCertificate certificate) {
        try {
            byte[] digest = Digest.SHA_1.of(certificate.x509().getEncoded());
            return HexFormat.of().withUpperCase().formatHex(digest);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("the certificate was read from DER", e);
        }
    }

    public static String kind(PublicKeyKind kind) {
        return kind.text();
    }

    /** Returns the names of RFC 5280 §4.2.1.3; none if the extension is absent. */
    public static List<String> keyUsage(MailCertificate certificate) {
        List<String> names = new ArrayList<>();
        boolean[] bits = Optional.ofNullable(certificate.x509().getKeyUsage()).orElse(new boolean[0]);
        for (int i = 0; i < Math.min(bits.length, KEY_USAGES.size()); i++) {
            if (bits[i]) {
                names.add(KEY_USAGES.get(i));
            }
        }
        return names;
    }

    /** Returns a usual name or the dotted number of each purpose; none if the extension is absent. */
    public static List<String> extendedKeyUsage(MailCertificate certificate) {
        try {
            return Optional.ofNullable(certificate.x509().getExtendedKeyUsage()).orElse(List.of()).stream()
                    .map(oid -> PURPOSES.getOrDefault(oid, oid))
                    .toList();
        } catch (CertificateParsingException e) {
            return List.of("unreadable");
        }
    }

    public static List<String> texts(List<?> values) {
        return values.stream().map(Object::toString).toList();
    }

    private static final List<String> KEY_USAGES = List.of(
            "digitalSignature",
            "nonRepudiation",
            "keyEncipherment",
            "dataEncipherment",
            "keyAgreement",
            "keyCertSign",
            "cRLSign",
            "encipherOnly",
            "decipherOnly");
    private static final Map<String, String> PURPOSES = Map.of(
            "1.3.6.1.5.5.7.3.1", "serverAuth",
            "1.3.6.1.5.5.7.3.2", "clientAuth",
            "1.3.6.1.5.5.7.3.3", "codeSigning",
            "1.3.6.1.5.5.7.3.4", "emailProtection",
            "1.3.6.1.5.5.7.3.8", "timeStamping",
            "1.3.6.1.5.5.7.3.9", "OCSPSigning",
            "2.5.29.37.0", "anyExtendedKeyUsage");
}
