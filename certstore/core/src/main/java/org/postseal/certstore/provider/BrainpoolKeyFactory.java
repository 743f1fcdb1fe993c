package org.postseal.certstore.provider;

import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyFactorySpi;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.postseal.certstore.CertificateLimits;

/** Reads keys on Brainpool curves, and leaves every other key to the next factory. */
final class BrainpoolKeyFactory extends KeyFactorySpi {
    private final KeyFactory target;

    BrainpoolKeyFactory(Provider target) throws NoSuchAlgorithmException {
        this.target = KeyFactory.getInstance("EC", target);
    }

    @Override
    protected PublicKey engineGeneratePublic(KeySpec encoded) throws InvalidKeySpecException {
        demand(encoded instanceof X509EncodedKeySpec key
                && isBrainpool(
                        SubjectPublicKeyInfo.getInstance(key.getEncoded()).getAlgorithm()));
        return target.generatePublic(encoded);
    }

    @Override
    protected PrivateKey engineGeneratePrivate(KeySpec encoded) throws InvalidKeySpecException {
        demand(encoded instanceof PKCS8EncodedKeySpec key
                && isBrainpool(PrivateKeyInfo.getInstance(key.getEncoded()).getPrivateKeyAlgorithm()));
        return target.generatePrivate(encoded);
    }

    @Override
    protected <T extends KeySpec> T engineGetKeySpec(Key key, Class<T> type) throws InvalidKeySpecException {
        demand(BrainpoolProvider.takes(key));
        return target.getKeySpec(key, type);
    }

    @Override
    protected Key engineTranslateKey(Key key) throws InvalidKeyException {
        if (!BrainpoolProvider.takes(key)) {
            throw new InvalidKeyException(OTHERS);
        }
        return target.translateKey(key);
    }

    private static boolean isBrainpool(AlgorithmIdentifier algorithm) {
        try {
            return CertificateLimits.curve(algorithm.getParameters()).isBrainpool();
        } catch (CertificateException others) {
            return false;
        }
    }

    private static void demand(boolean isBrainpool) throws InvalidKeySpecException {
        if (!isBrainpool) {
            throw new InvalidKeySpecException(OTHERS);
        }
    }

    private static final String OTHERS = "damaged key, or one on another curve";
}
