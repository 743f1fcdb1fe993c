package org.postseal.certstore.authority.lint;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.postseal.certstore.MailCertificate;

/** Describes a certificate with a P-256 key that breaks no rule. A test changes it before it is made. */
final class Sample {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final String CRL = "http://pki.example.com/issuing.crl";

    private static final KeyPair EC = pair("EC");
    private static final KeyPair RSA = pair("RSA");

    private final Map<ASN1ObjectIdentifier, Extension> extensions = new LinkedHashMap<>();
    private String subject = "CN=alice@example.com";
    private String issuer = "CN=Issuer,O=Example,C=DE";
    private BigInteger serial = BigInteger.ONE.shiftLeft(100);
    private Instant from = START;
    private Duration valid = Duration.ofDays(365).minusSeconds(1);
    private KeyPair keys = EC;
    private SubjectPublicKeyInfo key =
            SubjectPublicKeyInfo.getInstance(EC.getPublic().getEncoded());
    private String algorithm = "SHA256withECDSA";

    Sample() {
        put(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyAgreement));
        put(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_emailProtection));
        put(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(new byte[20]));
        names(new GeneralName(GeneralName.rfc822Name, "alice@example.com"));
        policies("2.23.140.1.5.1.3");
        crl(CRL);
        aia(AccessDescription.id_ad_caIssuers, "http://pki.example.com/issuing.cer");
        ski();
    }

    Sample put(ASN1ObjectIdentifier name, boolean isCritical, ASN1Encodable value) {
        try {
            extensions.put(
                    name,
                    new Extension(name, isCritical, value.toASN1Primitive().getEncoded("DER")));
            return this;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Sample critical(ASN1ObjectIdentifier name, boolean isCritical) {
        Extension had = extensions.get(name);
        extensions.put(
                name,
                new Extension(
                        name, isCritical, java.util.Objects.requireNonNull(had).getExtnValue()));
        return this;
    }

    Sample without(ASN1ObjectIdentifier name) {
        extensions.remove(name);
        return this;
    }

    Sample subject(String wanted) {
        subject = wanted;
        return this;
    }

    Sample serial(BigInteger wanted) {
        serial = wanted;
        return this;
    }

    Sample from(Instant wanted) {
        from = wanted;
        return this;
    }

    Sample valid(Duration wanted) {
        valid = wanted;
        return this;
    }

    Sample usage(int bits) {
        return put(Extension.keyUsage, true, new KeyUsage(bits));
    }

    Sample purposes(KeyPurposeId... wanted) {
        return put(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(wanted));
    }

    Sample names(GeneralName... wanted) {
        return put(Extension.subjectAlternativeName, false, new GeneralNames(wanted));
    }

    Sample policies(String... wanted) {
        PolicyInformation[] all = new PolicyInformation[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            all[i] = new PolicyInformation(new ASN1ObjectIdentifier(wanted[i]));
        }
        return put(Extension.certificatePolicies, false, new CertificatePolicies(all));
    }

    /** Claims a policy, by the two numbers behind 2.23.140.1.5, for a subject. */
    Sample claims(String policy, String wantedSubject) {
        return policies("2.23.140.1.5." + policy).subject(wantedSubject);
    }

    Sample crl(String uri) {
        return put(Extension.cRLDistributionPoints, false, new CRLDistPoint(new DistributionPoint[] {
            new DistributionPoint(
                    new DistributionPointName(
                            new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri))),
                    null,
                    null)
        }));
    }

    Sample aia(ASN1ObjectIdentifier method, String uri) {
        return put(
                Extension.authorityInfoAccess,
                false,
                new AuthorityInformationAccess(method, new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
    }

    /** Adds the key identifier of the present key. */
    Sample ski() {
        return put(Extension.subjectKeyIdentifier, false, new BcX509ExtensionUtils().createSubjectKeyIdentifier(key));
    }

    /** Takes an RSA key of 2048 bits, and the keyUsage bits of RSA for both uses. */
    Sample rsa() {
        keys = RSA;
        key = SubjectPublicKeyInfo.getInstance(RSA.getPublic().getEncoded());
        algorithm = "SHA256withRSA";
        return usage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment).ski();
    }

    Sample signedByMlDsa() {
        keys = pair("ML-DSA-65");
        return signed("ML-DSA-65");
    }

    Sample key(SubjectPublicKeyInfo wanted) {
        key = wanted;
        return ski();
    }

    Sample signed(String wanted) {
        algorithm = wanted;
        return this;
    }

    MailCertificate make() {
        try {
            return MailCertificate.of(der());
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes the octets, which need not be a certificate that the gateway can use. */
    byte[] der() {
        try {
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    new X500Name(issuer),
                    serial,
                    Date.from(from),
                    Date.from(from.plus(valid)),
                    new X500Name(subject),
                    key);
            for (Extension each : extensions.values()) {
                builder.addExtension(each);
            }
            return builder.build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate()))
                    .getEncoded();
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    static GeneralName utf8Mailbox(String text) {
        return new GeneralName(GeneralName.otherName, new DERSequence(new ASN1Encodable[] {
            LintedCertificate.SMTP_UTF8_MAILBOX, new DERTaggedObject(true, 0, new DERUTF8String(text))
        }));
    }

    private static KeyPair pair(String family) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(family);
            if (family.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else if (family.equals("RSA")) {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
