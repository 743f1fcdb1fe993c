package org.postseal.certstore.key;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Makes keys that others have and the gateway does not, so that a test can play such an authority. */
public final class ForeignKeys {
    private ForeignKeys() {}

    /** Returns a fresh key of an algorithm as Bouncy Castle names it. */
    public static KeyMaterial of(String algorithm) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(algorithm, new BouncyCastleProvider())
                    .generateKeyPair();
            return new KeyMaterial(
                    pair.getPrivate(),
                    SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
