package org.postseal.certstore.provider;

import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/**
 * RSASSA-PSS under the names that Bouncy Castle uses. They imply a digest, MGF1 with the same digest, and a salt of its
 * length. Bouncy Castle sets parameters only if they differ from that. Not thread-safe, like every signature engine.
 */
final class PssSignature extends SignatureSpi {
    private final Signature target;

    PssSignature(Provider provider, String digest) throws NoSuchAlgorithmException {
        this.target = Signature.getInstance("RSASSA-PSS", provider);
        int saltLength = switch (digest) {
            case "SHA-256" -> 32;
            case "SHA-384" -> 48;
            case "SHA-512" -> 64;
            default -> throw new NoSuchAlgorithmException(digest);
        };
        try {
            target.setParameter(new PSSParameterSpec(
                    digest, "MGF1", new MGF1ParameterSpec(digest), saltLength, PSSParameterSpec.TRAILER_FIELD_BC));
        } catch (InvalidAlgorithmParameterException e) {
            throw new NoSuchAlgorithmException(digest, e);
        }
    }

    @Override
    protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
        target.initVerify(key);
    }

    @Override
    protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
        target.initSign(key);
    }

    @Override
    protected void engineUpdate(byte octet) throws SignatureException {
        target.update(octet);
    }

    @Override
    protected void engineUpdate(byte[] octets, int offset, int length) throws SignatureException {
        target.update(octets, offset, length);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
        return target.sign();
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
        return target.verify(signature);
    }

    @Override
    protected void engineSetParameter(AlgorithmParameterSpec parameters) throws InvalidAlgorithmParameterException {
        target.setParameter(parameters);
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
        return target.getParameters();
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
        throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
        throw new UnsupportedOperationException();
    }
}
