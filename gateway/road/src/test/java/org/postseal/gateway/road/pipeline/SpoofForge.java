package org.postseal.gateway.road.pipeline;

import java.io.StringReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.IssuedCertificate;

/** Makes signed mail as an attacker does, with Bouncy Castle and not with our own signer. */
final class SpoofForge {
    static final MailAddress EVE = MailAddress.of("eve@evil.example");
    static final String FROM_BOB = from("Bob <bob@partner.example>");
    static final String ENTITY = "Content-Type: text/plain; charset=us-ascii\r\n\r\nPay 100\r\n";

    private SpoofForge() {}

    /** The signer, the digest, and the certificate in whose name it is signed. */
    record Signer(PrivateKey key, X509CertificateHolder certificate, String algorithm, Instant claimed) {
        static Signer of(MailAddress address) {
            return of(Parties.issued(address));
        }

        static Signer of(IssuedCertificate issued) {
            return new Signer(privateKey(issued), issued.certificate().holder(), "SHA256withECDSA", Parties.NOW);
        }

        Signer by(String other) {
            return new Signer(key, certificate, other, claimed);
        }

        Signer at(Instant time) {
            return new Signer(key, certificate, algorithm, time);
        }

        /** Returns a signer with this key in the name of another certificate. */
        Signer as(X509CertificateHolder other) {
            return new Signer(key, other, algorithm, claimed);
        }
    }

    /** Returns the header section of a message, without the fields of its content. */
    static String from(String from) {
        return "From: " + from + "\r\nTo: alice@example.com\r\nSubject: Pay\r\nMIME-Version: 1.0\r\n";
    }

    /** Makes signed-data without content, with the certificates of its signers. */
    static byte[] detached(String content, Signer... signers) {
        return signedData(content, false, Arrays.asList(signers), certificates(signers));
    }

    /** Makes signed-data with its content. */
    static byte[] attached(String content, Signer... signers) {
        return signedData(content, true, Arrays.asList(signers), certificates(signers));
    }

    static byte[] signedData(
            String content, boolean isAttached, List<Signer> signers, List<X509CertificateHolder> certificates) {
        return assembled(content, isAttached, infos(content, signers), certificates);
    }

    /** Makes signed-data of finished SignerInfos. */
    static byte[] assembled(
            String content, boolean isAttached, List<SignerInfo> infos, List<X509CertificateHolder> certificates) {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            for (X509CertificateHolder certificate : certificates) {
                generator.addCertificate(certificate);
            }
            ASN1EncodableVector vector = new ASN1EncodableVector();
            infos.forEach(vector::add);
            org.bouncycastle.asn1.cms.SignedData empty = org.bouncycastle.asn1.cms.SignedData.getInstance(generator
                    .generate(
                            isAttached ? new CMSProcessableByteArray(octets(content)) : new CMSAbsentContent(),
                            isAttached)
                    .toASN1Structure()
                    .getContent());
            ASN1EncodableVector digests = new ASN1EncodableVector();
            for (SignerInfo info : infos) {
                digests.add(info.getDigestAlgorithm());
            }
            return new org.bouncycastle.asn1.cms.ContentInfo(
                            org.bouncycastle.asn1.cms.CMSObjectIdentifiers.signedData,
                            new org.bouncycastle.asn1.cms.SignedData(
                                    new DERSet(digests),
                                    empty.getEncapContentInfo(),
                                    empty.getCertificates(),
                                    null,
                                    new DERSet(vector)))
                    .getEncoded("DER");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static List<SignerInfo> infos(String content, List<Signer> signers) {
        List<SignerInfo> infos = new ArrayList<>();
        for (Signer signer : signers) {
            infos.add(info(content, signer));
        }
        return infos;
    }

    static SignerInfo info(String content, Signer signer) {
        try {
            ContentSigner engine = new JcaContentSignerBuilder(signer.algorithm).build(signer.key);
            ASN1EncodableVector time = new ASN1EncodableVector();
            time.add(new Attribute(CMSAttributes.signingTime, new DERSet(new Time(Date.from(signer.claimed)))));
            SignerInfoGenerator info = new SignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                    .setSignedAttributeGenerator(new DefaultSignedAttributeTableGenerator(new AttributeTable(time)))
                    .build(engine, signer.certificate);
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(info);
            SignerInformation made = generator
                    .generate(new CMSProcessableByteArray(octets(content)), false)
                    .getSignerInfos()
                    .iterator()
                    .next();
            return made.toASN1Structure();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Returns a SignerInfo with one bit of its signature changed. */
    static SignerInfo corrupted(SignerInfo info) {
        byte[] signature = info.getEncryptedDigest().getOctets().clone();
        signature[signature.length - 1] ^= 1;
        ASN1OctetString wrong = new DEROctetString(signature);
        return new SignerInfo(
                info.getSID(),
                info.getDigestAlgorithm(),
                info.getAuthenticatedAttributes(),
                info.getDigestEncryptionAlgorithm(),
                wrong,
                info.getUnauthenticatedAttributes());
    }

    static List<X509CertificateHolder> certificates(Signer... signers) {
        List<X509CertificateHolder> certificates = new ArrayList<>();
        for (Signer signer : signers) {
            certificates.add(signer.certificate);
        }
        certificates.add(Parties.issued(Parties.BOB).chain().getFirst().holder());
        return certificates;
    }

    /** Makes a certificate with any claims, issued with this key. */
    static X509CertificateHolder certificate(
            X500Name issuer, PrivateKey key, BigInteger serial, IssuedCertificate subject, String address) {
        try {
            SubjectPublicKeyInfo subjectKey = subject.certificate().holder().getSubjectPublicKeyInfo();
            return new X509v3CertificateBuilder(
                            issuer,
                            serial,
                            Date.from(Parties.NOW.minus(Duration.ofDays(10))),
                            Date.from(Parties.NOW.plus(Duration.ofDays(10))),
                            new X500Name("CN=Bob"),
                            subjectKey)
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(new GeneralName(GeneralName.rfc822Name, address)))
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static PrivateKey privateKey(IssuedCertificate issued) {
        try (PEMParser parser = new PEMParser(new StringReader(issued.privateKeyPem()))) {
            return new JcaPEMKeyConverter().getPrivateKey((PrivateKeyInfo) parser.readObject());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Makes multipart/signed around an entity. */
    static String clear(String headers, String entity, byte[] signature) {
        return headers + clearEntity(entity, signature);
    }

    static String clearEntity(String entity, byte[] signature) {
        return "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";"
                + " micalg=sha-256; boundary=sig\r\n\r\n" + signedBody(entity, signature, SIGNATURE_FIELDS);
    }

    /** Makes the body with other fields for the second part. */
    static String signedBody(String entity, byte[] signature, String fields) {
        return "--sig\r\n" + entity + "\r\n--sig\r\n" + fields + "\r\n" + base64(signature) + "\r\n--sig--\r\n";
    }

    /** Makes a message that is signed-data. */
    static String opaque(String headers, byte[] object) {
        return headers + opaqueEntity(object);
    }

    static String opaqueEntity(byte[] object) {
        return "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n" + base64(object) + "\r\n";
    }

    static String base64(byte[] object) {
        return Base64.getMimeEncoder().encodeToString(object);
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static final String SIGNATURE_FIELDS =
            "Content-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n";
}
