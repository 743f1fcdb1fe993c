package org.postseal.certstore.provider;

import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyPairGeneratorSpi;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.postseal.certstore.PublicKeyKind.Curve;

/**
 * Makes keys on Brainpool curves, and leaves every other key to the next generator. JCA never comes to Bouncy Castle's
 * own generator if one before it has refused.
 */
final class BrainpoolKeyGenerator extends KeyPairGeneratorSpi {
    private final KeyPairGenerator target;
    private boolean isReady;

    BrainpoolKeyGenerator(Provider target) throws NoSuchAlgorithmException {
        this.target = KeyPairGenerator.getInstance("EC", target);
    }

    @Override
    public void initialize(int bits, SecureRandom random) {
        throw new InvalidParameterException(OTHERS);
    }

    @Override
    public void initialize(AlgorithmParameterSpec parameters, SecureRandom random)
            throws InvalidAlgorithmParameterException {
        isReady = parameters instanceof ECGenParameterSpec named && isBrainpool(named.getName());
        if (!isReady) {
            throw new InvalidAlgorithmParameterException(OTHERS);
        }
        target.initialize(parameters, random);
    }

    @Override
    public KeyPair generateKeyPair() {
        if (!isReady) {
            throw new InvalidParameterException(OTHERS);
        }
        return target.generateKeyPair();
    }

    private static boolean isBrainpool(String name) {
        return Arrays.stream(Curve.values())
                .anyMatch(each -> each.isBrainpool() && each.standardName().equals(name));
    }

    private static final String OTHERS = "not a Brainpool curve";
}
