package org.postseal.certstore.directory;

import java.util.List;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.revocation.RevocationList;

/**
 * Holds what a message brought beside the certificate of its signer. None of it is trusted by itself.
 *
 * @param certificates the message's certificates, which help to build paths
 * @param lists the message's revocation lists (RFC 5652 §10.2.1), not verified yet. They count as our own lists would,
 *     and they cannot clear a certificate that we know to be revoked
 * @param wasEncrypted whether the certificates and lists came out of a ciphertext. A server that is asked about them
 *     then learns that the gateway could open the ciphertext
 */
public record Brought(List<MailCertificate> certificates, List<RevocationList> lists, boolean wasEncrypted) {
    /** Returns what a message brought that has no revocation lists and was not encrypted. */
    public static Brought of(List<MailCertificate> certificates) {
        return new Brought(certificates, List.of(), false);
    }
}
