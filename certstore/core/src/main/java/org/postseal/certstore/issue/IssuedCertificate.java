package org.postseal.certstore.issue;

import java.util.List;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.Pkcs12Writer;

/** A fresh certificate with its key, ready to be used or handed to its owner. Immutable. */
public final class IssuedCertificate {
    private final KeyMaterial key;
    private final MailCertificate certificate;
    private final List<MailCertificate> chain;

    IssuedCertificate(KeyMaterial key, MailCertificate certificate, List<MailCertificate> chain) {
        this.key = key;
        this.certificate = certificate;
        this.chain = chain;
    }

    public MailCertificate certificate() {
        return certificate;
    }

    /** Returns the issuing intermediate, without the root. */
    public List<MailCertificate> chain() {
        return chain;
    }

    public KeyMaterial key() {
        return key;
    }

    /** Returns a handle that uses the key under this certificate. */
    public KeyHandle keyHandle() {
        return key.handle(certificate, chain);
    }

    public String certificatePem() {
        return certificate.toPem();
    }

    /** Returns the key as unencrypted PKCS #8 in PEM. */
    public String privateKeyPem() {
        return key.toPem();
    }

    /**
     * Returns key, certificate and chain as PKCS #12 (PBES2 with AES-256, HMAC-SHA-256). The password must come from a
     * generator, not from a person.
     */
    public byte[] pkcs12(char[] password) {
        String alias = certificate.addresses().isEmpty()
                ? certificate.id().hex().substring(0, 16)
                : certificate.addresses().getFirst().toString();
        return Pkcs12Writer.write(
                List.of(new Pkcs12Writer.Identity(alias, key, certificate, chain)),
                password,
                RANDOM_PASSWORD_ITERATIONS);
    }

    // More iterations add nothing to a random password, and a gateway opens many such files at its start.
    private static final int RANDOM_PASSWORD_ITERATIONS = 10_000;
}
