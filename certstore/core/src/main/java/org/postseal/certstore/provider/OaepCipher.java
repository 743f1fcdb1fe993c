package org.postseal.certstore.provider;

import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.jspecify.annotations.Nullable;

/**
 * RSA-OAEP on top of a provider that has it under only one name and demands its parameters as a specification. Without
 * parameters, it does what the JDK understands by the name: the named digest, and MGF1 with SHA-1. Not thread-safe,
 * like every cipher.
 */
final class OaepCipher extends CipherSpi {
    private final Cipher target;
    private final OAEPParameterSpec defaults;

    OaepCipher(Provider provider, String digest) throws NoSuchAlgorithmException {
        try {
            this.target = Cipher.getInstance("RSA/ECB/OAEPPadding", provider);
        } catch (NoSuchPaddingException e) {
            throw new NoSuchAlgorithmException("OAEP", e);
        }
        this.defaults = new OAEPParameterSpec(digest, "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT);
    }

    @Override
    protected void engineInit(int mode, Key key, SecureRandom random) throws InvalidKeyException {
        try {
            target.init(mode, key, defaults, random);
        } catch (InvalidAlgorithmParameterException e) {
            throw new InvalidKeyException("OAEP defaults refused", e);
        }
    }

    @Override
    protected void engineInit(int mode, Key key, @Nullable AlgorithmParameterSpec parameters, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        target.init(mode, key, parameters == null ? defaults : parameters, random);
    }

    @Override
    protected void engineInit(int mode, Key key, @Nullable AlgorithmParameters parameters, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        try {
            target.init(
                    mode,
                    key,
                    parameters == null ? defaults : parameters.getParameterSpec(OAEPParameterSpec.class),
                    random);
        } catch (InvalidParameterSpecException e) {
            throw new InvalidAlgorithmParameterException("no OAEP parameters", e);
        }
    }

    @Override
    protected byte[] engineUpdate(byte[] input, int offset, int length) {
        return target.update(input, offset, length);
    }

    @Override
    protected int engineUpdate(byte[] input, int offset, int length, byte[] output, int outputOffset)
            throws ShortBufferException {
        return target.update(input, offset, length, output, outputOffset);
    }

    @Override
    protected byte[] engineDoFinal(byte @Nullable [] input, int offset, int length)
            throws IllegalBlockSizeException, BadPaddingException {
        return input == null ? target.doFinal() : target.doFinal(input, offset, length);
    }

    @Override
    protected int engineDoFinal(byte @Nullable [] input, int offset, int length, byte[] output, int outputOffset)
            throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
        return input == null
                ? target.doFinal(output, outputOffset)
                : target.doFinal(input, offset, length, output, outputOffset);
    }

    @Override
    protected byte[] engineWrap(Key key) throws IllegalBlockSizeException, InvalidKeyException {
        return target.wrap(key);
    }

    @Override
    protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
            throws InvalidKeyException, NoSuchAlgorithmException {
        return target.unwrap(wrapped, algorithm, type);
    }

    @Override
    protected void engineSetMode(String mode) throws NoSuchAlgorithmException {
        throw new NoSuchAlgorithmException(mode);
    }

    @Override
    protected void engineSetPadding(String padding) throws NoSuchPaddingException {
        throw new NoSuchPaddingException(padding);
    }

    @Override
    protected int engineGetBlockSize() {
        return target.getBlockSize();
    }

    @Override
    protected int engineGetOutputSize(int inputLength) {
        return target.getOutputSize(inputLength);
    }

    @Override
    protected byte[] engineGetIV() {
        return target.getIV();
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
        return target.getParameters();
    }

    @Override
    protected int engineGetKeySize(Key key) throws InvalidKeyException {
        if (key instanceof java.security.interfaces.RSAKey rsa) {
            return rsa.getModulus().bitLength();
        }
        throw new InvalidKeyException("no RSA key");
    }
}
