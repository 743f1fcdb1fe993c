package org.postseal.gateway.judges;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.testkit.TestPki;

/** Signs and encrypts as a stranger's program does, by Bouncy Castle and not by the gateway. */
final class Forge {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final TestPki pki;
    private final Map<String, PrivateKey> keys = new ConcurrentHashMap<>();

    Forge(TestPki pki) {
        this.pki = pki;
    }

    /** Returns a signed-data by the user with this address, in DER. */
    byte[] sign(String content, String address, boolean isAttached) {
        try {
            IssuedCertificate issued = pki.issued(address);
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(
                    new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                            .build(
                                    new JcaContentSignerBuilder("SHA256withECDSA").build(key(address)),
                                    issued.certificate().x509()));
            generator.addCertificates(new JcaCertStore(List.of(
                    issued.certificate().x509(), pki.authority().issuer().x509())));
            return generator
                    .generate(new CMSProcessableByteArray(octets(content)), isAttached)
                    .toASN1Structure()
                    .getEncoded("DER");
        } catch (IOException | CMSException | OperatorCreationException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** An enveloped-data with AES-128-CBC for the users with these addresses, whose keys are RSA keys. */
    byte[] encrypt(String content, List<String> readers) {
        try {
            CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
            for (String reader : readers) {
                generator.addRecipientInfoGenerator(new JceKeyTransRecipientInfoGenerator(
                        pki.issued(reader).certificate().x509()));
            }
            return generator
                    .generate(
                            new CMSProcessableByteArray(octets(content)),
                            new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES128_CBC)
                                    .setSecureRandom(RANDOM)
                                    .build())
                    .toASN1Structure()
                    .getEncoded("DER");
        } catch (IOException | CMSException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    PrivateKey key(String address) {
        return keys.computeIfAbsent(address, _ -> {
            try (PEMParser parser =
                    new PEMParser(new StringReader(pki.issued(address).privateKeyPem()))) {
                return new JcaPEMKeyConverter().getPrivateKey((PrivateKeyInfo) parser.readObject());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    static String base64(byte[] octets) {
        return Base64.getMimeEncoder(64, octets("\r\n")).encodeToString(octets);
    }
}
