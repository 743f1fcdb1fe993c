package org.postseal.certstore.key;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.InputDecryptorProvider;
import org.bouncycastle.pkcs.PKCS12PfxPdu;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagFactory;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCS12MacCalculatorBuilderProvider;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.postseal.certstore.MailCertificate;

/**
 * Reads PKCS #12. Bag by bag rather than as a {@code KeyStore}, because that hides certificates which no key in the file leads to, and cannot read
 * what older programs wrote (RC2-40).
 */
public final class Pkcs12File {
    private final InputDecryptorProvider decryptor;
    private final List<KeyMaterial> keys = new ArrayList<>();
    private final List<MailCertificate> certificates = new ArrayList<>();

    private Pkcs12File(char[] password) {
        this.decryptor = new JcePKCSPBEInputDecryptorProviderBuilder()
                .setProvider(PROVIDER)
                .build(password);
    }

    /**
     * Reads every key and certificate.
     *
     * @throws KeyFileException when the password is wrong or anything in the file cannot be used
     */
    public static KeyFile read(byte[] content, char[] password) throws KeyFileException {
        try {
            PKCS12PfxPdu pfx = new PKCS12PfxPdu(content);
            if (pfx.hasMac() && !isMacValid(pfx, password) && !isMacValid(withOtherNull(content), password)) {
                throw new KeyFileException("wrong password");
            }
            Pkcs12File reader = new Pkcs12File(password);
            for (ContentInfo contents : pfx.getContentInfos()) {
                reader.addAll(
                        contents.getContentType().equals(PKCSObjectIdentifiers.encryptedData)
                                ? new PKCS12SafeBagFactory(contents, reader.decryptor)
                                : new PKCS12SafeBagFactory(contents));
            }
            return new KeyFile(reader.keys, reader.certificates);
        } catch (PKCSException e) {
            throw new KeyFileException("wrong password, or damaged PKCS #12", e);
        } catch (CertificateException e) {
            throw new KeyFileException("certificate refused: " + e.getMessage(), e);
        } catch (IOException
                | GeneralSecurityException
                | ArithmeticException
                | IllegalArgumentException
                | IllegalStateException
                | ClassCastException e) {
            throw new KeyFileException("malformed PKCS #12", e);
        }
    }

    private static boolean isMacValid(PKCS12PfxPdu pfx, char[] password) throws PKCSException {
        return pfx.isMacValid(new JcePKCS12MacCalculatorBuilderProvider().setProvider(PROVIDER), password);
    }

    // Bouncy Castle compares whole MacData structures, its own with NULL parameters in the digest's name; some programs
    // leave them out (the files of RFC 9216), which is as good
    private static PKCS12PfxPdu withOtherNull(byte[] content) {
        Pfx pfx = Pfx.getInstance(content);
        MacData mac = pfx.getMacData();
        AlgorithmIdentifier digest = mac.getMac().getAlgorithmId();
        AlgorithmIdentifier other = digest.getParameters() == null
                ? new AlgorithmIdentifier(digest.getAlgorithm(), DERNull.INSTANCE)
                : new AlgorithmIdentifier(digest.getAlgorithm());
        return new PKCS12PfxPdu(new Pfx(
                pfx.getAuthSafe(),
                new MacData(
                        new DigestInfo(other, mac.getMac().getDigest()),
                        mac.getSalt(),
                        mac.getIterationCount().intValueExact())));
    }

    private void addAll(PKCS12SafeBagFactory factory)
            throws PKCSException, IOException, GeneralSecurityException, KeyFileException {
        for (PKCS12SafeBag bag : factory.getSafeBags()) {
            switch (bag.getBagValue()) {
                case X509CertificateHolder holder -> certificates.add(MailCertificate.of(holder.getEncoded()));
                case PKCS8EncryptedPrivateKeyInfo shrouded ->
                    keys.add(PrivateKeyReader.read(shrouded.decryptPrivateKeyInfo(decryptor)));
                case PrivateKeyInfo plain -> keys.add(PrivateKeyReader.read(plain));
                default -> throw new KeyFileException("bag of type " + bag.getType() + " is not supported");
            }
        }
    }

    // only for the odd old algorithms of these files, no hot path
    private static final Provider PROVIDER = new BouncyCastleProvider();
}
