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
 * A certificate that the authority issued, as its index has it.
 *
 * @param profile what it may be used for
 * @param key kind of its key, as a person reads it
 * @param issuer number of the {@link Intermediate} that signed it
 * @param ownKey whether the key was made with it, and so is in the store; false for a request of somebody else's
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

    /** When and why it was revoked. */
    public record Revocation(Instant when, RevocationReason reason) {}

    /** Whether it is within its time and not revoked. */
    public boolean isUsable(Instant now) {
        return revocation.isEmpty() && !now.isAfter(notAfter);
    }

    /** The serial number in hex, as OpenSSL prints it. */
    public String serialHex() {
        String hex = serial.toString(16);
        return hex.length() % 2 == 0 ? hex : "0" + hex;
    }

    IssuedEntry revoked(Revocation word) {
        return new IssuedEntry(
                serial, id, notBefore, notAfter, profile, key, ownKey, addresses, Optional.of(word), issuer);
    }
}
