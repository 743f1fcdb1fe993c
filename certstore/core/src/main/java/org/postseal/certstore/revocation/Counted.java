package org.postseal.certstore.revocation;

import java.time.Instant;
import java.util.Optional;
import org.postseal.certstore.Digest;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.PathEvidence.Kind;

/** A list or a response that a verdict is based on, with its octets, which are not copied and must not be changed. */
record Counted(PathEvidence.Revocation.Answered answer, byte[] octets) {
    static Counted of(RevocationList list) {
        return new Counted(
                new PathEvidence.Revocation.Answered(Kind.CRL, list.sha256(), list.thisUpdate(), list.nextUpdate()),
                list.encoded());
    }

    static Counted of(byte[] response, Instant thisUpdate, Optional<Instant> nextUpdate) {
        return new Counted(
                new PathEvidence.Revocation.Answered(Kind.OCSP, Digest.SHA_256.hex(response), thisUpdate, nextUpdate),
                response);
    }
}
