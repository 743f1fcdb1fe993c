package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.NoSuchPaddingException;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.postseal.certstore.provider.DelegatingProvider;
import org.postseal.certstore.provider.NativeProvider;

/**
 * Somebody who is asked about Wycheproof's vectors.
 *
 * @param providers the first one that has an algorithm is asked
 */
record WycheproofPeer(String name, List<Provider> providers) {
    static final WycheproofPeer JDK = new WycheproofPeer(
            "JDK",
            Arrays.stream(Security.getProviders())
                    .filter(each -> each.getClass().getModule().isNamed())
                    .toList());
    static final WycheproofPeer BOUNCY_CASTLE =
            new WycheproofPeer("Bouncy Castle", List.of(new BouncyCastleProvider()));

    /** Returns the gateway's own provider, which stands before all others and hands listed operations to Corretto. */
    static WycheproofPeer postseal() {
        return new WycheproofPeer("Postseal", List.of(new DelegatingProvider(NativeProvider.load())));
    }

    /** Makes an engine of a provider, or throws NoSuchAlgorithmException. */
    interface Maker<T> {
        T make(Provider provider) throws GeneralSecurityException;
    }

    /** Returns the engine of the first provider that has it. */
    <T> T engine(Maker<T> maker) throws GeneralSecurityException {
        GeneralSecurityException missing = new NoSuchAlgorithmException(name);
        for (Provider each : providers) {
            try {
                return maker.make(each);
            } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
                missing = new NoSuchAlgorithmException(e);
            }
        }
        throw missing;
    }

    /** Compares the names, since it takes long to compare providers. */
    boolean is(WycheproofPeer other) {
        return name.equals(other.name);
    }

    PublicKey publicKey(String family, byte[] encoded) throws GeneralSecurityException {
        return keys(family).generatePublic(new X509EncodedKeySpec(encoded));
    }

    PrivateKey privateKey(String family, byte[] encoded) throws GeneralSecurityException {
        return keys(family).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    // Providers without a factory of their own take the keys of the JDK, as in the gateway.
    private KeyFactory keys(String family) throws GeneralSecurityException {
        try {
            return engine(each -> KeyFactory.getInstance(family, each));
        } catch (NoSuchAlgorithmException none) {
            return JDK.engine(each -> KeyFactory.getInstance(family, each));
        }
    }

    /** Gives the octets that a vector demands, and knows whether somebody took them. */
    static final class Drawing extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final byte[] octets;
        private boolean isDrawn;

        Drawing(byte[] octets) {
            this.octets = octets;
        }

        @Override
        public void nextBytes(byte[] target) {
            isDrawn = true;
            System.arraycopy(octets, 0, target, 0, target.length);
        }

        /** A provider that draws from another generator cannot be asked for the result of a vector. */
        void demandDrawn() throws NoSuchAlgorithmException {
            if (!isDrawn) {
                throw new NoSuchAlgorithmException("the octets of the vector were not drawn");
            }
        }
    }
}
