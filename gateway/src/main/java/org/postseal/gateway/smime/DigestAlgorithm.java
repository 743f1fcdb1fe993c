package org.postseal.gateway.smime;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.policy.SigningSettings;

/** The digests that are made and believed (RFC 8551 §2.1, RFC 5754 §2). */
enum DigestAlgorithm {
    SHA256("SHA-256", "sha-256", 32),
    SHA384("SHA-384", "sha-384", 48),
    SHA512("SHA-512", "sha-512", 64);

    private final String standardName;
    private final String micalg;
    private final int length;

    DigestAlgorithm(String standardName, String micalg, int length) {
        this.standardName = standardName;
        this.micalg = micalg;
        this.length = length;
    }

    static Optional<DigestAlgorithm> of(ASN1ObjectIdentifier oid) {
        for (DigestAlgorithm digest : values()) {
            if (digest.oid().equals(oid)) {
                return Optional.of(digest);
            }
        }
        return Optional.empty();
    }

    static DigestAlgorithm of(SigningSettings.Digest digest) {
        return switch (digest) {
            case SHA256 -> SHA256;
            case SHA384 -> SHA384;
            case SHA512 -> SHA512;
        };
    }

    /** True for the digests of old mail, which are recognised and not believed. */
    static boolean isWeak(ASN1ObjectIdentifier oid) {
        return WEAK.contains(oid);
    }

    /** For attributes that are SHA-1 by definition; nothing relies on it. */
    static byte[] sha1(byte[] octets) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(octets);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    String standardName() {
        return standardName;
    }

    ASN1ObjectIdentifier oid() {
        return switch (this) {
            case SHA256 -> NISTObjectIdentifiers.id_sha256;
            case SHA384 -> NISTObjectIdentifiers.id_sha384;
            case SHA512 -> NISTObjectIdentifiers.id_sha512;
        };
    }

    /** The value for {@code micalg} (RFC 8551 §3.5.3.2). */
    String micalg() {
        return micalg;
    }

    int length() {
        return length;
    }

    /** For CMS: parameters absent (RFC 5754 §2). */
    AlgorithmIdentifier identifier() {
        return new AlgorithmIdentifier(oid());
    }

    MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance(standardName);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + standardName, e);
        }
    }

    private static final Set<ASN1ObjectIdentifier> WEAK =
            Set.of(OIWObjectIdentifiers.idSHA1, PKCSObjectIdentifiers.md5, PKCSObjectIdentifiers.md2);
}
