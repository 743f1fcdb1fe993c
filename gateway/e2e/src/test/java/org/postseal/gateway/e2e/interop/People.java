package org.postseal.gateway.e2e.interop;

import java.util.Locale;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.TestPki;

/** One user for every kind of key, all below one root with an RSA key, which every peer can verify. */
final class People implements AutoCloseable {
    private final TestPki pki = new TestPki();

    People() {
        for (KeyAlgorithm key : KeyAlgorithm.values()) {
            pki.user(address(key), key);
        }
    }

    TestPki pki() {
        return pki;
    }

    CertificateAuthority authority() {
        return pki.authority();
    }

    Identity identity(KeyAlgorithm key) {
        return pki.identity(address(key));
    }

    IssuedCertificate issued(KeyAlgorithm key) {
        return pki.issued(address(key));
    }

    IssuedCertificate issued(Identity identity) {
        return pki.issued(identity.address());
    }

    @Override
    public void close() {
        pki.close();
    }

    private static String address(KeyAlgorithm key) {
        return key.name().toLowerCase(Locale.ROOT) + "@example.com";
    }
}
