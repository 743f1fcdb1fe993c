package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * OAEP with the parameters that a message names (RFC 4055 §4.1, RFC 8017 §7.1.2).
 *
 * @param digest the digest over the label
 * @param maskDigest the digest of MGF1
 * @param label the label, called pSource in the parameters
 */
record OaepPadding(String digest, String maskDigest, byte[] label) {
    /** Returns null if the algorithm is not OAEP, or if its parameters are not supported. */
    static @Nullable OaepPadding of(AlgorithmIdentifier algorithm) {
        if (!algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSAES_OAEP)) {
            return null;
        }
        try {
            // Absent parameters mean SHA-1, MGF1 with SHA-1, and no label.
            RSAESOAEPparams parameters = algorithm.getParameters() == null
                    ? new RSAESOAEPparams()
                    : RSAESOAEPparams.getInstance(algorithm.getParameters());
            AlgorithmIdentifier mask = parameters.getMaskGenAlgorithm();
            AlgorithmIdentifier source = parameters.getPSourceAlgorithm();
            String digest = DIGESTS.get(parameters.getHashAlgorithm().getAlgorithm());
            String maskDigest = DIGESTS.get(
                    AlgorithmIdentifier.getInstance(mask.getParameters()).getAlgorithm());
            if (digest == null
                    || maskDigest == null
                    || !mask.getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1)
                    || !source.getAlgorithm().equals(PKCSObjectIdentifiers.id_pSpecified)) {
                return null;
            }
            byte[] label = ASN1OctetString.getInstance(source.getParameters()).getOctets();
            return new OaepPadding(digest, maskDigest, label);
        } catch (IllegalArgumentException | IllegalStateException | ClassCastException | NullPointerException e) {
            // This is how Bouncy Castle reports malformed parameters.
            return null;
        }
    }

    /** Copies the message out of {@code block}. Returns 0 if the padding is right, and a positive number otherwise. */
    int read(byte[] block, byte[] message) {
        try {
            byte[] labelDigest = MessageDigest.getInstance(digest).digest(label);
            int length = labelDigest.length;
            if (block.length < 2 * length + 2 + message.length) {
                return 1;
            }
            byte[] seed = Arrays.copyOfRange(block, 1, 1 + length);
            byte[] data = Arrays.copyOfRange(block, 1 + length, block.length);
            unmask(seed, data);
            unmask(data, seed);
            Arrays.fill(seed, (byte) 0);
            return check(block[0], data, labelDigest, message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + digest + " and " + maskDigest, e);
        }
    }

    // The block holds lHash, zeros, 01 and the message. The message's length is known, and so is the place of the 01.
    private static int check(byte first, byte[] data, byte[] labelDigest, byte[] message) {
        int separator = data.length - message.length - 1;
        int wrong = first | (data[separator] ^ 1);
        for (int i = 0; i < labelDigest.length; i++) {
            wrong |= data[i] ^ labelDigest[i];
        }
        for (int i = labelDigest.length; i < separator; i++) {
            wrong |= data[i];
        }
        System.arraycopy(data, separator + 1, message, 0, message.length);
        Arrays.fill(data, (byte) 0);
        return wrong & 0xFF;
    }

    // Computes target XOR MGF1(seed), RFC 8017 §B.2.1.
    private void unmask(byte[] target, byte[] seed) throws GeneralSecurityException {
        MessageDigest engine = MessageDigest.getInstance(maskDigest);
        int length = engine.getDigestLength();
        for (int block = 0; block * length < target.length; block++) {
            engine.update(seed);
            engine.update(
                    new byte[] {(byte) (block >>> 24), (byte) (block >>> 16), (byte) (block >>> 8), (byte) block});
            byte[] mask = engine.digest();
            for (int i = 0; i < length && block * length + i < target.length; i++) {
                target[block * length + i] ^= mask[i];
            }
        }
    }

    private static final Map<ASN1ObjectIdentifier, String> DIGESTS = Map.of(
            OIWObjectIdentifiers.idSHA1, "SHA-1",
            NISTObjectIdentifiers.id_sha224, "SHA-224",
            NISTObjectIdentifiers.id_sha256, "SHA-256",
            NISTObjectIdentifiers.id_sha384, "SHA-384",
            NISTObjectIdentifiers.id_sha512, "SHA-512");
}
