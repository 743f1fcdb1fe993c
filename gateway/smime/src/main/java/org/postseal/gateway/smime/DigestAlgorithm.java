package org.postseal.gateway.smime;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.protection.SigningSettings;

/**
 * Lists the digests of signed content (RFC 8551 §2.1, RFC 5754 §2, RFC 8702 §3.1, RFC 8419 §2.3). MD5 and SHA-1 are
 * legacy: they are made and believed only where the settings say so.
 */
enum DigestAlgorithm {
    MD5("MD5", PKCSObjectIdentifiers.md5, "md5", 16, SignedAlgorithm.MD5),
    SHA1("SHA-1", OIWObjectIdentifiers.idSHA1, "sha-1", 20, SignedAlgorithm.SHA1),
    /** The policy has no word for it: it is weaker than SHA-256, but not legacy. */
    SHA224("SHA-224", NISTObjectIdentifiers.id_sha224, "sha-224", 28, null),
    SHA256("SHA-256", NISTObjectIdentifiers.id_sha256, "sha-256", 32, SignedAlgorithm.SHA256),
    SHA384("SHA-384", NISTObjectIdentifiers.id_sha384, "sha-384", 48, SignedAlgorithm.SHA384),
    SHA512("SHA-512", NISTObjectIdentifiers.id_sha512, "sha-512", 64, SignedAlgorithm.SHA512),
    SHA3_224("SHA3-224", NISTObjectIdentifiers.id_sha3_224, "unknown", 28, null),
    SHA3_256("SHA3-256", NISTObjectIdentifiers.id_sha3_256, "unknown", 32, SignedAlgorithm.SHA256),
    SHA3_384("SHA3-384", NISTObjectIdentifiers.id_sha3_384, "unknown", 48, SignedAlgorithm.SHA384),
    SHA3_512("SHA3-512", NISTObjectIdentifiers.id_sha3_512, "unknown", 64, SignedAlgorithm.SHA512),
    /** It has the fixed output of RFC 8702. */
    SHAKE128("SHAKE128-256", NISTObjectIdentifiers.id_shake128, "unknown", 32, SignedAlgorithm.SHA256),
    /** It has the fixed output of RFC 8702. */
    SHAKE256("SHAKE256-512", NISTObjectIdentifiers.id_shake256, "unknown", 64, SignedAlgorithm.SHA512),
    /**
     * It is the same function with its output length as a parameter, which must be 512. It is the digest of Ed448 (RFC
     * 8419 §3.1).
     */
    SHAKE256_LEN("SHAKE256-512", NISTObjectIdentifiers.id_shake256_len, "unknown", 64, SignedAlgorithm.SHA512);

    private final String standardName;
    // The identifier is kept as text, since an enum may hold only types that are known to be immutable.
    private final String oid;
    private final String micalg;
    private final int length;
    private final Optional<SignedAlgorithm> word;

    DigestAlgorithm(
            String standardName,
            ASN1ObjectIdentifier oid,
            String micalg,
            int length,
            @org.jspecify.annotations.Nullable SignedAlgorithm word) {
        this.standardName = standardName;
        this.oid = oid.getId();
        this.micalg = micalg;
        this.length = length;
        this.word = Optional.ofNullable(word);
    }

    /** Finds a digest by the object identifier alone. */
    static Optional<DigestAlgorithm> of(ASN1ObjectIdentifier oid) {
        for (DigestAlgorithm digest : values()) {
            if (digest.oid.equals(oid.getId())) {
                return Optional.of(digest);
            }
        }
        return Optional.empty();
    }

    /** Finds a digest; the result is also empty if the digest cannot have these parameters. */
    static Optional<DigestAlgorithm> of(AlgorithmIdentifier identifier) {
        return of(identifier.getAlgorithm()).filter(digest -> digest.takes(identifier.getParameters()));
    }

    static DigestAlgorithm of(SigningSettings.Digest digest) {
        return switch (digest) {
            case MD5 -> MD5;
            case SHA1 -> SHA1;
            case SHA256 -> SHA256;
            case SHA384 -> SHA384;
            case SHA512 -> SHA512;
        };
    }

    // RFC 5754 §2: the parameters are absent or NULL. RFC 8702 §3.1: they are absent.
    private boolean takes(@org.jspecify.annotations.Nullable ASN1Encodable parameters) {
        return this == SHAKE256_LEN
                ? parameters instanceof ASN1Integer bits && bits.hasValue(8 * length)
                : parameters == null || DERNull.INSTANCE.equals(parameters);
    }

    String standardName() {
        return standardName;
    }

    ASN1ObjectIdentifier oid() {
        return new ASN1ObjectIdentifier(oid);
    }

    /** Returns the value for {@code micalg}, which is {@code unknown} if no profile defines one (RFC 8551 §3.5.3.2). */
    String micalg() {
        return micalg;
    }

    int length() {
        return length;
    }

    /**
     * Returns the policy's word for the digest, or for the member of SHA-2 that is as strong; the result is empty if
     * there is none.
     */
    Optional<SignedAlgorithm> word() {
        return word;
    }

    /** Returns true if the digest is believed only where the settings say so. */
    boolean isLegacy() {
        return this == MD5 || this == SHA1;
    }

    /**
     * Returns the identifier for CMS. Its parameters are absent (RFC 5754 §2), except for a length that is one of them
     * (RFC 8419 §2.3).
     */
    AlgorithmIdentifier identifier() {
        return this == SHAKE256_LEN
                ? new AlgorithmIdentifier(oid(), new ASN1Integer(8L * length))
                : new AlgorithmIdentifier(oid());
    }

    MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance(standardName);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + standardName, e);
        }
    }
}
