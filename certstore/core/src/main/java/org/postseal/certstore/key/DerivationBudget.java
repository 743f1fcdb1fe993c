package org.postseal.certstore.key;

import java.math.BigInteger;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PBMAC1Params;
import org.bouncycastle.asn1.pkcs.PKCS12PBEParams;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * Limits the key derivation work for one file. The work is counted in rounds of the digest before any of it is done,
 * because the file contains the iteration counts and key lengths, and could ask for years of work (CVE-2024-29857 and
 * similar). This is also the allow-list of algorithms. It leaves out scrypt, which needs much memory as well.
 */
final class DerivationBudget {
    private final long rounds;
    private long left;

    DerivationBudget(long rounds) {
        this.rounds = rounds;
        this.left = rounds;
    }

    /** Charges the cost of decrypting with {@code algorithm}. */
    void chargeDecryption(AlgorithmIdentifier algorithm) throws Pkcs12Exception {
        ASN1ObjectIdentifier name = algorithm.getAlgorithm();
        if (name.equals(PKCSObjectIdentifiers.id_PBES2)) {
            PBES2Parameters parameters = PBES2Parameters.getInstance(algorithm.getParameters());
            Integer keyLength = CIPHERS.get(parameters.getEncryptionScheme().getAlgorithm());
            if (keyLength == null) {
                throw unsupported("cipher", parameters.getEncryptionScheme().getAlgorithm());
            }
            AlgorithmIdentifier derivation = AlgorithmIdentifier.getInstance(parameters.getKeyDerivationFunc());
            chargePbkdf2(derivation, keyLength);
        } else if (OLD_CIPHERS.containsKey(name)) {
            charge(
                    PKCS12PBEParams.getInstance(algorithm.getParameters()).getIterations(),
                    OLD_CIPHERS.getOrDefault(name, 1));
        } else {
            throw unsupported("cipher", name);
        }
    }

    /** Charges the cost of checking {@code mac}. */
    void chargeMac(MacData mac) throws Pkcs12Exception {
        AlgorithmIdentifier algorithm = mac.getMac().getAlgorithmId();
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBMAC1)) {
            PBMAC1Params parameters = PBMAC1Params.getInstance(algorithm.getParameters());
            ASN1ObjectIdentifier scheme = parameters.getMessageAuthScheme().getAlgorithm();
            if (!PRFS.containsKey(scheme)) {
                throw unsupported("MAC", scheme);
            }
            chargePbkdf2(parameters.getKeyDerivationFunc(), 64);
        } else if (DIGESTS.containsKey(algorithm.getAlgorithm())) {
            charge(mac.getIterationCount(), 1);
        } else {
            throw unsupported("MAC", algorithm.getAlgorithm());
        }
    }

    private void chargePbkdf2(AlgorithmIdentifier derivation, int keyLength) throws Pkcs12Exception {
        if (!derivation.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
            throw unsupported("key derivation", derivation.getAlgorithm());
        }
        PBKDF2Params parameters = PBKDF2Params.getInstance(derivation.getParameters());
        Integer digestLength = PRFS.get(parameters.getPrf().getAlgorithm());
        if (digestLength == null) {
            throw unsupported("key derivation with", parameters.getPrf().getAlgorithm());
        }
        BigInteger length = parameters.getKeyLength();
        // The file also sets the length, and the work grows with it.
        if (length != null && (length.signum() <= 0 || length.compareTo(MAX_KEY_LENGTH) > 0)) {
            throw Pkcs12Exception.refused(
                    Pkcs12Contents.Cause.TOO_EXPENSIVE, "derived keys longer than " + MAX_KEY_LENGTH + " octets");
        }
        int octets = length == null ? keyLength : length.intValueExact();
        charge(parameters.getIterationCount(), (octets + digestLength - 1) / digestLength);
    }

    private void charge(BigInteger iterations, int blocks) throws Pkcs12Exception {
        if (iterations.signum() <= 0) {
            throw Pkcs12Exception.refused(Pkcs12Contents.Cause.MALFORMED, "iteration count below 1");
        }
        if (iterations.bitLength() > 40 || iterations.longValueExact() * blocks > left) {
            throw Pkcs12Exception.refused(
                    Pkcs12Contents.Cause.TOO_EXPENSIVE, "more than " + rounds + " rounds of key derivation asked for");
        }
        left -= iterations.longValueExact() * blocks;
    }

    private static Pkcs12Exception unsupported(String what, ASN1ObjectIdentifier name) {
        String text = name.getId();
        return Pkcs12Exception.refused(
                Pkcs12Contents.Cause.UNSUPPORTED,
                what + " " + (text.length() <= 64 ? text : text.substring(0, 64) + "...") + " is not supported");
    }

    private static final BigInteger MAX_KEY_LENGTH = BigInteger.valueOf(64);
    // The values are key lengths in octets.
    private static final Map<ASN1ObjectIdentifier, Integer> CIPHERS = Map.of(
            NISTObjectIdentifiers.id_aes128_CBC, 16,
            NISTObjectIdentifiers.id_aes192_CBC, 24,
            NISTObjectIdentifiers.id_aes256_CBC, 32,
            PKCSObjectIdentifiers.des_EDE3_CBC, 24);
    // RFC 7292 appendix C defines these, which are read but never written. Each value is the number of digests that the
    // key and the initial vector need together.
    private static final Map<ASN1ObjectIdentifier, Integer> OLD_CIPHERS = Map.of(
            PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC, 3,
            PKCSObjectIdentifiers.pbeWithSHAAnd2_KeyTripleDES_CBC, 2,
            PKCSObjectIdentifiers.pbeWithSHAAnd128BitRC2_CBC, 2,
            PKCSObjectIdentifiers.pbeWithSHAAnd40BitRC2_CBC, 2);
    private static final Map<ASN1ObjectIdentifier, Integer> PRFS = Map.of(
            PKCSObjectIdentifiers.id_hmacWithSHA1, 20,
            PKCSObjectIdentifiers.id_hmacWithSHA224, 28,
            PKCSObjectIdentifiers.id_hmacWithSHA256, 32,
            PKCSObjectIdentifiers.id_hmacWithSHA384, 48,
            PKCSObjectIdentifiers.id_hmacWithSHA512, 64);
    private static final Map<ASN1ObjectIdentifier, Integer> DIGESTS = Map.of(
            OIWObjectIdentifiers.idSHA1, 20,
            NISTObjectIdentifiers.id_sha224, 28,
            NISTObjectIdentifiers.id_sha256, 32,
            NISTObjectIdentifiers.id_sha384, 48,
            NISTObjectIdentifiers.id_sha512, 64);
}
