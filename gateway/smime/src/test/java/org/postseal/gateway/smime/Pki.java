package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.provider.CryptoProviders;

/** Makes an authority and users for tests. A key is made once per kind and process. */
final class Pki {
    static {
        CryptoProviders.install();
    }

    static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    static final Instant FROM = NOW.minus(Duration.ofDays(300));
    static final Instant UNTIL = NOW.plus(Duration.ofDays(300));
    static final CertificateAuthority CA = CertificateAuthority.create("Postseal Test", FROM, UNTIL);
    static final MailAddress ALICE = MailAddress.of("alice@example.com");
    static final MailAddress BOB = MailAddress.of("bob@example.net");

    private static final Map<String, IssuedCertificate> ISSUED = new ConcurrentHashMap<>();

    private Pki() {}

    static IssuedCertificate issued(MailAddress address, KeyAlgorithm algorithm) {
        return ISSUED.computeIfAbsent(
                address + " " + algorithm, _ -> CA.issue(address, algorithm, profile(algorithm), FROM, UNTIL));
    }

    static KeyHandle key(MailAddress address, KeyAlgorithm algorithm) {
        return issued(address, algorithm).keyHandle();
    }

    static PrivateKey privateKey(IssuedCertificate issued) {
        try (PEMParser parser = new PEMParser(new StringReader(issued.privateKeyPem()))) {
            PrivateKeyInfo key = (PrivateKeyInfo) parser.readObject();
            return issued.certificate().keyKind() instanceof PublicKeyKind.MlKem
                    ? new JcaPEMKeyConverter()
                            .setProvider(new BouncyCastleProvider())
                            .getPrivateKey(key)
                    : new JcaPEMKeyConverter().getPrivateKey(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Profile profile(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case ED25519, ED448, ML_DSA_44, ML_DSA_65, ML_DSA_87 -> Profile.SIGN;
            case X25519, X448, ML_KEM_512, ML_KEM_768, ML_KEM_1024 -> Profile.ENCRYPT;
            default -> Profile.DUAL;
        };
    }
}
