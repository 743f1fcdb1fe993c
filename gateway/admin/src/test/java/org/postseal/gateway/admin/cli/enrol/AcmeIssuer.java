package org.postseal.gateway.admin.cli.enrol;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.PemText;

/** A throw-away authority: a root, an issuing certificate, and another root that nobody trusts. */
final class AcmeIssuer {
    private final Signer root;
    private final Signer issuing;
    private final Signer other;
    private long serial = System.nanoTime();

    private record Signer(X509Certificate certificate, KeyPair pair) {}

    /** Says who gets a certificate, and when it is valid. */
    private record Subject(String name, PublicKey key, Instant from, Instant until) {}

    AcmeIssuer(Instant from) throws Exception {
        root = authority(ROOT, null, from);
        issuing = authority("ACME Issuing", root, from);
        other = authority("Other Root", null, from);
    }

    X509Certificate root() {
        return root.certificate;
    }

    /** Reads a request, whose signature is right and which names exactly this address (RFC 8555 §7.4). */
    static PublicKey requested(byte[] der, String address, PublicKey account) throws AcmeProblem {
        try {
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
            PublicKey key = request.getPublicKey();
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw badCsr("the signature of the request is wrong");
            }
            if (key.equals(account)) {
                throw badCsr("the request is for the key of the account");
            }
            GeneralNames names = request.getRequestedExtensions() == null
                    ? null
                    : GeneralNames.fromExtensions(request.getRequestedExtensions(), Extension.subjectAlternativeName);
            if (names == null || !List.of(names.getNames()).equals(List.of(mailbox(address)))) {
                throw badCsr("the request does not name exactly " + address + ": " + names);
            }
            return key;
        } catch (AcmeProblem e) {
            throw e;
        } catch (Exception e) {
            throw badCsr("the request cannot be read: " + e);
        }
    }

    /** Issues a certificate, and returns the chain that is downloaded. */
    List<X509Certificate> issue(String address, PublicKey asked, Instant now, Duration time, Set<AcmeFault> faults)
            throws Exception {
        PublicKey key = faults.contains(AcmeFault.OTHER_KEY) ? pair().getPublic() : asked;
        Instant from = faults.contains(AcmeFault.EXPIRED) ? now.minus(time).minus(Duration.ofDays(1)) : now;
        Stream<String> addresses = faults.contains(AcmeFault.OTHER_ADDRESS)
                ? Stream.of("mallory@elsewhere.example")
                : faults.contains(AcmeFault.ONE_MORE_ADDRESS)
                        ? Stream.of(address, "mallory@elsewhere.example")
                        : Stream.of(address);
        Signer signer = faults.contains(AcmeFault.OTHER_ROOT) ? other : issuing;
        X509Certificate certificate = sign(
                new Subject(address, key, from, from.plus(time)),
                signer,
                new GeneralNames(addresses.map(AcmeIssuer::mailbox).toArray(GeneralName[]::new)),
                KeyPurposeId.id_kp_emailProtection);
        return faults.contains(AcmeFault.NO_ISSUER) ? List.of(certificate) : List.of(certificate, signer.certificate);
    }

    static String pem(List<X509Certificate> chain) throws Exception {
        StringBuilder text = new StringBuilder();
        for (X509Certificate each : chain) {
            text.append(PemText.of("CERTIFICATE", each.getEncoded()));
        }
        return text.toString();
    }

    /** Returns a TLS server of localhost whose certificate the root has signed. */
    SSLContext tls() throws Exception {
        KeyPair pair = pair();
        GeneralNames names = new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
        });
        Instant now = Instant.now();
        X509Certificate certificate = sign(
                new Subject("localhost", pair.getPublic(), now.minus(DAY), now.plus(DAY)),
                root,
                names,
                KeyPurposeId.id_kp_serverAuth);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "server", pair.getPrivate(), new char[0], new X509Certificate[] {certificate, root.certificate});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** Writes NAME.pem and NAME.key, with which messages of this address are signed. */
    void mailbox(String address, Instant now, Path folder, String name) throws Exception {
        KeyPair pair = pair();
        X509Certificate certificate = sign(
                new Subject(address, pair.getPublic(), now.minus(DAY), now.plus(Duration.ofDays(90))),
                issuing,
                new GeneralNames(mailbox(address)),
                KeyPurposeId.id_kp_emailProtection);
        Files.writeString(folder.resolve(name + ".pem"), pem(List.of(certificate, issuing.certificate)));
        Files.writeString(
                folder.resolve(name + ".key"),
                PemText.of("PRIVATE KEY", pair.getPrivate().getEncoded()));
    }

    static KeyPair pair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private Signer authority(String name, @Nullable Signer issuer, Instant from) throws Exception {
        KeyPair pair = pair();
        Subject subject = new Subject(name, pair.getPublic(), from.minus(DAY), from.plus(Duration.ofDays(7300)));
        X500Name by = name(issuer == null ? name : ROOT);
        return new Signer(sign(subject, by, issuer == null ? pair : issuer.pair, null, null), pair);
    }

    private X509Certificate sign(Subject subject, Signer signer, GeneralNames names, KeyPurposeId purpose)
            throws Exception {
        X500Name issuer = X500Name.getInstance(
                signer.certificate.getSubjectX500Principal().getEncoded());
        return sign(subject, issuer, signer.pair, names, purpose);
    }

    private synchronized X509Certificate sign(
            Subject subject,
            X500Name issuer,
            KeyPair signer,
            @Nullable GeneralNames names,
            @Nullable KeyPurposeId purpose)
            throws Exception {
        X500Name name = name(subject.name);
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(serial++),
                Date.from(subject.from),
                Date.from(subject.until),
                name,
                subject.key);
        builder.addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        identifiers.createAuthorityKeyIdentifier(signer.getPublic()))
                .addExtension(
                        Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(subject.key));
        if (purpose == null) {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        } else {
            int exchange = subject.key.getAlgorithm().equals("RSA") ? KeyUsage.keyEncipherment : KeyUsage.keyAgreement;
            builder.addExtension(Extension.subjectAlternativeName, false, names)
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | exchange));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
    }

    private static GeneralName mailbox(String address) {
        return new GeneralName(GeneralName.rfc822Name, address);
    }

    private static X500Name name(String common) {
        return new X500NameBuilder().addRDN(BCStyle.CN, common).build();
    }

    private static AcmeProblem badCsr(String detail) {
        return new AcmeProblem(400, "badCSR", detail);
    }

    private static final String ROOT = "ACME Root";

    private static final Duration DAY = Duration.ofDays(1);
}
