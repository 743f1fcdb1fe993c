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

    /** The certificate. */
    public MailCertificate certificate() {
        return certificate;
    }

    /** The issuing intermediate; without the root. */
    public List<MailCertificate> chain() {
        return chain;
    }

    /** Its key, closed as ever. */
    public KeyMaterial key() {
        return key;
    }

    /** The use of its key. */
    public KeyHandle keyHandle() {
        return key.handle(certificate, chain);
    }

    /** The certificate in PEM. */
    public String certificatePem() {
        return certificate.toPem();
    }

    /** The key, unencrypted PKCS #8 in PEM. */
    public String privateKeyPem() {
        return key.toPem();
    }

    /** Key, certificate and chain as PKCS #12 (PBES2 with AES-256, HMAC-SHA-256), for a password made by a generator. */
    public byte[] pkcs12(char[] password) {
        String alias = certificate.addresses().isEmpty()
                ? certificate.id().hex().substring(0, 16)
                : certificate.addresses().getFirst().toString();
        return Pkcs12Writer.write(
                List.of(new Pkcs12Writer.Identity(alias, key, certificate, chain)),
                password,
                RANDOM_PASSWORD_ITERATIONS);
    }

    // stretching adds nothing to a random password, and a gateway opens many such files at start
    private static final int RANDOM_PASSWORD_ITERATIONS = 10_000;
}
