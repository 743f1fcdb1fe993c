package org.postseal.certstore.key.token;

import java.util.List;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.PublicKeys;
import org.postseal.certstore.key.handle.ImplicitRejection;
import org.postseal.certstore.key.handle.KeyAccess;
import org.postseal.certstore.key.handle.PrivateKeyHandle;

/**
 * A private key on a token. It corresponds to {@link KeyMaterial}, but has no method that would take the key out.
 * Thread-safe.
 */
public final class TokenKey {
    private final String token;
    private final KeyAccess access;
    private final SubjectPublicKeyInfo publicKey;
    private final List<MailCertificate> certificates;

    /** @param token its name for messages */
    TokenKey(String token, KeyAccess access, TokenSession.Entry entry) {
        this.token = token;
        this.access = access;
        this.publicKey = entry.publicKey();
        this.certificates = entry.certificates();
    }

    static boolean isSupported(SubjectPublicKeyInfo publicKey) {
        try {
            return switch (PublicKeys.kind(publicKey)) {
                case PublicKeyKind.Rsa _, PublicKeyKind.Ec _ -> true;
                // SunPKCS11 supports none of these.
                case PublicKeyKind.SignsOnly _, PublicKeyKind.EncryptsOnly _ -> false;
            };
        } catch (IllegalArgumentException beyondOurLimits) {
            return false;
        }
    }

    public SubjectPublicKeyInfo publicKey() {
        return publicKey;
    }

    /**
     * Returns the certificates that the token holds for the key, the end-entity certificate first. They count as if
     * they came in one file with the key.
     */
    public List<MailCertificate> certificates() {
        return certificates;
    }

    /** Returns true if {@code certificate} certifies this key. */
    public boolean matches(MailCertificate certificate) {
        return PublicKeys.same(publicKey, certificate.holder().getSubjectPublicKeyInfo());
    }

    /**
     * Returns a handle that uses this key under {@code certificate}, which may come from the token or from elsewhere.
     *
     * @param chain the intermediates up to the anchor, without the anchor
     * @throws IllegalArgumentException if the certificate is for another key
     */
    public KeyHandle handle(MailCertificate certificate, List<MailCertificate> chain) {
        if (!matches(certificate)) {
            throw new IllegalArgumentException("certificate is for another key: " + certificate.id());
        }
        ImplicitRejection rejection =
                ImplicitRejection.ofToken(access, certificate.x509().getPublicKey());
        return new PrivateKeyHandle(access, rejection, certificate, chain);
    }

    @Override
    public String toString() {
        return "key on " + token;
    }
}
