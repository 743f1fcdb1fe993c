package org.postseal.certstore.key;

import java.io.IOException;
import java.security.Provider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.util.PBKDF2Config;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.PKCS12PfxPduBuilder;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCS12MacCalculatorBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailCertificate;

/**
 * Writes PKCS #12, in a form that today's programs read or in an old one. PBKDF2 is written without the optional key
 * length, because gpgsm 2.4 cannot read a file that has it. The JDK's own {@code KeyStore} is not used, because gpgsm
 * 2.4 cannot read what it writes.
 */
public final class Pkcs12Writer {
    private Pkcs12Writer() {}

    /**
     * A key with its certificates.
     *
     * @param friendlyName the name under which programs show it
     * @param chain the issuers' certificates, which may include the anchor
     */
    public record Identity(
            String friendlyName, KeyMaterial key, MailCertificate certificate, List<MailCertificate> chain) {
        /** Refuses a certificate for another key. */
        public Identity {
            if (!key.matches(certificate)) {
                throw new IllegalArgumentException("certificate is for another key: " + certificate.id());
            }
            chain = List.copyOf(chain);
        }
    }

    /** Returns the file. It holds several identities for people who sign with one key and decrypt with another. */
    public static byte[] write(List<Identity> identities, char[] password, Pkcs12Profile profile) {
        return write(identities, password, profile, profile.iterations());
    }

    /** Returns the file in the form {@link Pkcs12Profile#MODERN} with this number of rounds. */
    public static byte[] write(List<Identity> identities, char[] password, int iterations) {
        return write(identities, password, Pkcs12Profile.MODERN, iterations);
    }

    private static byte[] write(List<Identity> identities, char[] password, Pkcs12Profile profile, int iterations) {
        List<PKCS12SafeBag> keys = new ArrayList<>();
        Map<MailCertificate, PKCS12SafeBag> certificates = new LinkedHashMap<>();
        try {
            for (Identity each : identities) {
                DERBMPString name = new DERBMPString(each.friendlyName());
                DEROctetString id = new DEROctetString(localKeyId(each.certificate()));
                keys.add(new PKCS12SafeBagBuilder(
                                PrivateKeyInfo.getInstance(each.key().encoded()),
                                encryptor(profile, password, iterations))
                        .addBagAttribute(PKCSObjectIdentifiers.pkcs_9_at_friendlyName, name)
                        .addBagAttribute(PKCSObjectIdentifiers.pkcs_9_at_localKeyId, id)
                        .build());
                certificates.put(
                        each.certificate(),
                        new PKCS12SafeBagBuilder(each.certificate().holder())
                                .addBagAttribute(PKCSObjectIdentifiers.pkcs_9_at_friendlyName, name)
                                .addBagAttribute(PKCSObjectIdentifiers.pkcs_9_at_localKeyId, id)
                                .build());
            }
            for (Identity each : identities) {
                for (MailCertificate issuer : each.chain()) {
                    certificates.putIfAbsent(issuer, new PKCS12SafeBagBuilder(issuer.holder()).build());
                }
            }
            PKCS12PfxPduBuilder file = new PKCS12PfxPduBuilder();
            file.addEncryptedData(
                    encryptor(profile, password, iterations),
                    certificates.values().toArray(PKCS12SafeBag[]::new));
            for (PKCS12SafeBag each : keys) {
                file.addData(each);
            }
            return file.build(
                            new JcePKCS12MacCalculatorBuilder(
                                            switch (profile) {
                                                case MODERN -> NISTObjectIdentifiers.id_sha256;
                                                case COMPATIBLE -> OIWObjectIdentifiers.idSHA1;
                                            })
                                    .setProvider(PROVIDER)
                                    .setIterationCount(iterations),
                            password)
                    .getEncoded("DER");
        } catch (IOException | OperatorCreationException | PKCSException e) {
            throw new IllegalStateException("PKCS #12 cannot be written to memory", e);
        }
    }

    private static OutputEncryptor encryptor(Pkcs12Profile profile, char[] password, int iterations)
            throws OperatorCreationException {
        return switch (profile) {
            case MODERN -> modern(password, iterations);
            case COMPATIBLE ->
                new JcePKCSPBEOutputEncryptorBuilder(PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC)
                        .setProvider(PROVIDER)
                        .setIterationCount(iterations)
                        .build(password);
        };
    }

    private static OutputEncryptor modern(char[] password, int iterations) throws OperatorCreationException {
        PBKDF2Config derivation = new PBKDF2Config.Builder()
                .withPRF(PBKDF2Config.PRF_SHA256)
                .withIterationCount(iterations)
                .withSaltLength(16)
                .build();
        return new JcePKCSPBEOutputEncryptorBuilder(derivation, NISTObjectIdentifiers.id_aes256_CBC)
                .setProvider(PROVIDER)
                .build(password);
    }

    // The localKeyId only has to be the same on both bags. Every program uses the SHA-1 of the certificate.
    private static byte[] localKeyId(MailCertificate certificate) throws IOException {
        return Digest.SHA_1.of(certificate.holder().getEncoded());
    }

    private static final Provider PROVIDER = new BouncyCastleProvider();
}
