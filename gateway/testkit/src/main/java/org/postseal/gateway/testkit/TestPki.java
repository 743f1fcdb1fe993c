package org.postseal.gateway.testkit;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.provider.CryptoProviders;

/**
 * Makes a root, an intermediate authority and mail users below it, as the files that programs read. NSS signs only with
 * such a path.
 */
public final class TestPki implements AutoCloseable {
    static {
        // Java alone works for a second at each key of RSA.
        CryptoProviders.install();
    }

    private final Path home = TemporaryHome.create("pki");
    private final Instant yesterday =
            Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(1, ChronoUnit.DAYS);
    private final Instant nextMonth = yesterday.plus(31, ChronoUnit.DAYS);
    private final CertificateAuthority authority =
            CertificateAuthority.create("Test Root", KeyAlgorithm.RSA2048, yesterday, nextMonth);
    private final Map<String, Identity> identities = new LinkedHashMap<>();
    private final Map<String, IssuedCertificate> issued = new HashMap<>();

    public TestPki() {
        write("root.pem", authority.root().toPem());
        write("intermediate.pem", authority.issuer().toPem());
    }

    public TestPki user(String address, KeyAlgorithm key) {
        IssuedCertificate made = authority.issue(MailAddress.of(address), key, profile(key), yesterday, nextMonth);
        issued.put(address, made);
        identities.put(
                address,
                new Identity(
                        address,
                        write(address + ".pem", made.certificatePem()),
                        write(address + ".key", made.privateKeyPem()),
                        TemporaryHome.write(home, address + ".p12", made.pkcs12(Identity.PASSWORD.toCharArray()))));
        return this;
    }

    /** Returns the PEM file of the trust anchor. */
    public Path root() {
        return home.resolve("root.pem");
    }

    /** Returns the PEM file of the authority below it. */
    public Path intermediate() {
        return home.resolve("intermediate.pem");
    }

    public List<Identity> identities() {
        return List.copyOf(identities.values());
    }

    public Identity identity(String address) {
        Identity identity = identities.get(address);
        if (identity == null) {
            throw new AssertionError("no identity for " + address);
        }
        return identity;
    }

    /** Returns the certificate and key of the user with this address, for tests of our own code. */
    public IssuedCertificate issued(String address) {
        IssuedCertificate certificate = issued.get(address);
        if (certificate == null) {
            throw new AssertionError("no certificate for " + address);
        }
        return certificate;
    }

    public CertificateAuthority authority() {
        return authority;
    }

    public Identity byFingerprint(String fingerprint) {
        return identities().stream()
                .filter(identity -> identity.fingerprint().equals(fingerprint))
                .findFirst()
                .orElseThrow(() -> new AssertionError("a certificate of nobody: " + fingerprint));
    }

    @Override
    public void close() {
        TemporaryHome.delete(home);
    }

    private static Profile profile(KeyAlgorithm key) {
        return switch (key) {
            case RSA2048, RSA3072, RSA4096, P256, P384, P521, BRAINPOOLP256R1, BRAINPOOLP384R1, BRAINPOOLP512R1 ->
                Profile.DUAL;
            case ED25519, ED448, ML_DSA_44, ML_DSA_65, ML_DSA_87 -> Profile.SIGN;
            case X25519, X448, ML_KEM_512, ML_KEM_768, ML_KEM_1024 -> Profile.ENCRYPT;
        };
    }

    private Path write(String name, String text) {
        return TemporaryHome.write(home, name, text.getBytes(StandardCharsets.US_ASCII));
    }
}
