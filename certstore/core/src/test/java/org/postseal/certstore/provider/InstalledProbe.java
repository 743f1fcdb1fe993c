package org.postseal.certstore.provider;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.path.PathValidator;

/**
 * Runs in a process of its own, which {@link CryptoProvidersTest} starts, since installing providers changes the whole
 * process.
 */
final class InstalledProbe {
    private InstalledProbe() {}

    public static void main(String[] arguments) throws Exception {
        List<String> before =
                Arrays.stream(Security.getProviders()).map(Provider::getName).toList();
        CryptoProviders.Engine engine = CryptoProviders.install();
        boolean again = CryptoProviders.install() == engine;
        List<String> after =
                Arrays.stream(Security.getProviders()).map(Provider::getName).toList();
        List<String> rest = after.stream()
                .filter(name -> !List.of("Postseal", "Brainpool", "BC").contains(name))
                .toList();
        System.out.println("engine " + engine + " " + again);
        System.out.println("first " + after.getFirst().equals("Postseal") + " last " + after.getLast() + " others kept "
                + rest.equals(before));
        System.out.println("gcm "
                + Cipher.getInstance("2.16.840.1.101.3.4.1.46").getProvider().getName());
        KeyPair pair = KeyPairGenerator.getInstance("ML-DSA-65").generateKeyPair();
        Signature signature = Signature.getInstance("ML-DSA");
        signature.initSign(pair.getPrivate());
        byte[] signed = signature.sign();
        signature.initVerify(pair.getPublic());
        System.out.println("ml-dsa " + signature.verify(signed));
        for (KeyAlgorithm algorithm : List.of(
                KeyAlgorithm.RSA2048,
                KeyAlgorithm.P256,
                KeyAlgorithm.P384,
                KeyAlgorithm.P521,
                KeyAlgorithm.BRAINPOOLP256R1,
                KeyAlgorithm.BRAINPOOLP384R1,
                KeyAlgorithm.BRAINPOOLP512R1,
                KeyAlgorithm.ED25519,
                KeyAlgorithm.X25519)) {
            System.out.println(algorithm + " " + worksWith(algorithm));
        }
        for (String line : ProviderReport.lines()) {
            String operations = ", " + line.substring(line.indexOf(": ") + 2) + ",";
            if (operations.contains(", SHA256withRSA,") || operations.contains(", ML-DSA,")) {
                System.out.println(line.substring(0, line.indexOf(' ', 9)));
            }
        }
        System.out.println("ECDSA by "
                + CryptoCount.readings().stream()
                        .filter(each -> each.algorithm().equals("SHA512withECDSA"))
                        .filter(each -> each.done() + each.failed() > 0)
                        .map(each -> each.provider().split(" ", 2)[0] + " " + each.done() + " " + each.failed())
                        .toList());
        System.out.println("depth " + System.getProperty("org.bouncycastle.asn1.max_cons_depth"));
    }

    // Issues a certificate, validates it, signs with every scheme and recovers a content key, with keys that this order
    // of providers makes.
    private static String worksWith(KeyAlgorithm algorithm) throws Exception {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        Instant end = Instant.parse("2027-01-01T00:00:00Z");
        KeyAlgorithm authority = algorithm == KeyAlgorithm.X25519 ? KeyAlgorithm.P256 : algorithm;
        CertificateAuthority ca = CertificateAuthority.create("Root", authority, start, end);
        Profile profile = algorithm == KeyAlgorithm.X25519 ? Profile.ENCRYPT : Profile.SIGN;
        IssuedCertificate issued = ca.issue(MailAddress.of("a@example.com"), algorithm, profile, start, end);
        KeyHandle key = issued.keyHandle();
        CertificatePurpose purpose = profile == Profile.SIGN ? CertificatePurpose.SIGN : CertificatePurpose.ENCRYPT;
        boolean usable = new PathValidator(List.of(ca.root()), List.of(ca.issuer()))
                        .validate(issued.certificate(), List.of(), purpose, start)
                        .status()
                instanceof CertificateStatus.Usable;
        int signatures = 0;
        for (SignatureScheme scheme : key.schemes()) {
            key.sign(scheme, new byte[] {1});
            signatures++;
        }
        String recovered = "";
        if (issued.certificate().x509().getPublicKey() instanceof RSAPublicKey publicKey) {
            byte[] contentKey = new byte[32];
            contentKey[3] = 9;
            Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
            cipher.init(Cipher.ENCRYPT_MODE, publicKey);
            AlgorithmIdentifier pkcs1 = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption);
            byte[] found =
                    key.recoverContentKey(new WrappedContentKey.KeyTransport(pkcs1, cipher.doFinal(contentKey), 32));
            recovered = " recovered " + Arrays.equals(found, contentKey);
        }
        return "usable " + usable + " signatures " + signatures + recovered;
    }
}
