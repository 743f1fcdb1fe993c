package org.postseal.certstore.path;

import java.time.Instant;
import org.postseal.certstore.RevocationReason;

/** What revocation lists say of who signed a time stamp, and of his issuers. {@code toString} gives it in words. */
public sealed interface SignerRevocation {
    /**
     * None of them was revoked.
     *
     * @param asOf when the newest list was made that says so of the signer
     */
    record NotRevoked(Instant asOf) implements SignerRevocation {
        @Override
        public String toString() {
            return "its certificate was not revoked, by the list of " + asOf;
        }
    }

    /** Revoked after the stamp, for a reason that leaves it what it is. */
    record RevokedLater(Instant at, RevocationReason reason) implements SignerRevocation {
        @Override
        public String toString() {
            return "its certificate was revoked later, on " + at + " (" + words(reason) + "): stamps from before count";
        }
    }

    /**
     * Revoked so that the stamp counts for nothing.
     *
     * @param isBefore whether it was before the stamp; else the reason casts doubt on all that was signed
     * @param isIssuer whether it is an issuer that was revoked
     */
    record Spoilt(Instant at, RevocationReason reason, boolean isBefore, boolean isIssuer) implements SignerRevocation {
        @Override
        public String toString() {
            String what = (isIssuer ? "an issuer of it was revoked on " : "was revoked on ") + at + " (" + words(reason)
                    + ")";
            return isBefore ? what : what + ", which spoils the stamps of before as well";
        }
    }

    /** Nobody can tell from the lists that there are. */
    record Unknown(String why) implements SignerRevocation {
        @Override
        public String toString() {
            return "whether its certificate was revoked is not known: " + why;
        }
    }

    private static String words(RevocationReason reason) {
        return reason == RevocationReason.UNSPECIFIED ? "no reason given" : reason.text();
    }
}
