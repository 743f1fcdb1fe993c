package org.postseal.certstore.authority;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.issue.Profile;

/**
 * A certificate that the authority issued, as its index describes it.
 *
 * @param profile what the certificate may be used for
 * @param key the kind of its key, in words
 * @param issuer the number of the {@link Intermediate} that signed it
 * @param ownKey whether the key was made here and so is in the database; false if somebody else made it and sent a
 *     request
 */
public record IssuedEntry(
        BigInteger serial,
        CertificateId id,
        Instant notBefore,
        Instant notAfter,
        Profile profile,
        String key,
        boolean ownKey,
        List<MailAddress> addresses,
        Optional<Revocation> revocation,
        int issuer) {
    public IssuedEntry {
        addresses = List.copyOf(addresses);
    }

    /** Says when and why the certificate was revoked. */
    public record Revocation(Instant when, RevocationReason reason) {}

    /** Returns whether it has not expired and is not revoked. */
    public boolean isUsable(Instant now) {
        return revocation.isEmpty() && !now.isAfter(notAfter);
    }

    /** Returns the serial number in hexadecimal, as OpenSSL prints it. */
    public String serialHex() {
        String hex = serial.toString(16);
        return hex.length() % 2 == 0 ? hex : "0" + hex;
    }

    IssuedEntry revoked(Revocation word) {
        return new IssuedEntry(
                serial, id, notBefore, notAfter, profile, key, ownKey, addresses, Optional.of(word), issuer);
    }
}
