package org.postseal.certstore.enrolment;

import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.function.Function;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PemText;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/** An authority in memory that does as a test says, and counts how often it was asked. */
final class ScriptedAuthority implements EnrolmentAuthority {
    private final KeyMaterial rootKey = KeyMaterial.generate(KeyAlgorithm.P256);
    private final KeyMaterial issuingKey = KeyMaterial.generate(KeyAlgorithm.P256);
    private final MailCertificate root;
    private final MailCertificate issuing;
    final List<Request> asked = new ArrayList<>();
    Function<Request, Answer> script;

    /** What a certificate says. */
    record Content(List<String> addresses, Instant from, Instant to, int usage, KeyPurposeId purpose) {
        Content withAddresses(String... others) {
            return new Content(List.of(others), from, to, usage, purpose);
        }

        Content between(Instant start, Instant end) {
            return new Content(addresses, start, end, usage, purpose);
        }

        Content withUsage(int other) {
            return new Content(addresses, from, to, other, purpose);
        }

        Content withPurpose(KeyPurposeId other) {
            return new Content(addresses, from, to, usage, other);
        }
    }

    ScriptedAuthority(Instant start, Instant end) {
        root = authority("Root", rootKey, "Root", rootKey, start, end);
        issuing = authority("Issuing", issuingKey, "Root", rootKey, start, end);
        script = _ -> {
            throw new IllegalStateException("not asked");
        };
    }

    @Override
    public Answer ask(Request request) {
        asked.add(request);
        return script.apply(request);
    }

    MailCertificate root() {
        return root;
    }

    MailCertificate issuing() {
        return issuing;
    }

    /** Returns what a right certificate says. */
    static Content right(Request request, Clock clock, Duration valid) {
        return new Content(
                List.of(request.address().toString()),
                clock.instant(),
                clock.instant().plus(valid),
                KeyUsage.digitalSignature | KeyUsage.keyAgreement,
                KeyPurposeId.id_kp_emailProtection);
    }

    /** Issues for the key of the request. */
    Answer issue(Request request, Content content) {
        return new Answer.Issued(List.of(certificate(key(request), content), issuing));
    }

    static SubjectPublicKeyInfo key(Request request) {
        try {
            return new PKCS10CertificationRequest(PemText.find(request.pkcs10(), "CERTIFICATE REQUEST")
                            .orElseThrow())
                    .getSubjectPublicKeyInfo();
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    MailCertificate certificate(SubjectPublicKeyInfo key, Content content) {
        try {
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    new X500Name("CN=Issuing"),
                    BigInteger.valueOf(1000L + asked.size()),
                    Date.from(content.from()),
                    Date.from(content.to()),
                    new X500Name("CN=User"),
                    key);
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(content.usage()));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(content.purpose()));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(content.addresses().stream()
                            .map(each -> new GeneralName(GeneralName.rfc822Name, each))
                            .toArray(GeneralName[]::new)));
            return MailCertificate.of(
                    builder.build(issuingKey.certificateSigner()).getEncoded());
        } catch (java.io.IOException | CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MailCertificate authority(
            String name, KeyMaterial key, String issuer, KeyMaterial signer, Instant start, Instant end) {
        try {
            return MailCertificate.of(new X509v3CertificateBuilder(
                            new X500Name("CN=" + issuer),
                            BigInteger.valueOf(name.length()),
                            Date.from(start),
                            Date.from(end),
                            new X500Name("CN=" + name),
                            key.publicKey())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .build(signer.certificateSigner())
                    .getEncoded());
        } catch (java.io.IOException | CertificateException e) {
            throw new IllegalStateException(e);
        }
    }
}
