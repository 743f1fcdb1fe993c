package org.postseal.gateway.smime.timestamp;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.postseal.certstore.Digest;

/**
 * Holds a query to an authority (RFC 3161 §2.4.1). It asks for a stamp of the SHA-256 of some octets, with a nonce, and
 * for the authority's certificate in the answer. Immutable.
 */
public final class TimestampQuery {
    private final TimeStampRequest request;

    private TimestampQuery(TimeStampRequest request) {
        this.request = request;
    }

    /**
     * Makes a new query.
     *
     * @param policy object identifier, dotted, of the policy to stamp under; empty to leave the choice to the authority
     */
    public static TimestampQuery of(byte[] octets, Optional<String> policy, SecureRandom random) {
        TimeStampRequestGenerator generator = new TimeStampRequestGenerator();
        // Without the certificate, nobody could check the stamp in ten years.
        generator.setCertReq(true);
        policy.map(ASN1ObjectIdentifier::new).ifPresent(generator::setReqPolicy);
        return new TimestampQuery(generator.generate(
                TSPAlgorithms.SHA256, Digest.SHA_256.of(octets), new BigInteger(NONCE_BITS, random)));
    }

    /**
     * Reads a query that was written before, by us or by {@code openssl ts -query}.
     *
     * @throws IOException if the octets are no query
     */
    public static TimestampQuery read(byte[] der) throws IOException {
        try {
            return new TimestampQuery(new TimeStampRequest(der));
        } catch (IllegalArgumentException | IllegalStateException | ClassCastException malformed) {
            throw new IOException("no time-stamp query", malformed);
        }
    }

    /** Returns the query in DER, as it is sent. */
    public byte[] encoded() {
        try {
            return request.getEncoded();
        } catch (IOException inMemory) {
            throw new IllegalStateException(inMemory);
        }
    }

    TimeStampRequest request() {
        return request;
    }

    private static final int NONCE_BITS = 64;
}
