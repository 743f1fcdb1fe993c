package org.postseal.certstore.path;

import java.time.Instant;
import org.postseal.certstore.RevocationReason;

/**
 * Says whether revocation lists revoke the signer of a time stamp or one of its issuers. The method {@code toString}
 * says it in words.
 */
public sealed interface SignerRevocation {
    /**
     * Neither the signer nor an issuer was revoked.
     *
     * @param asOf when the newest list that covers the signer was made
     */
    record NotRevoked(Instant asOf) implements SignerRevocation {
        @Override
        public String toString() {
            return "its certificate was not revoked, by the list of " + asOf;
        }
    }

    /** The signer or an issuer was revoked after the stamp, for a reason that does not affect the stamp. */
    record RevokedLater(Instant at, RevocationReason reason) implements SignerRevocation {
        @Override
        public String toString() {
            return "its certificate was revoked later, on " + at + " (" + words(reason)
                    + "): stamps from before then count";
        }
    }

    /**
     * A revocation makes the stamp worthless.
     *
     * @param isBefore whether it came before the stamp; otherwise its reason casts doubt on everything that the key
     *     signed
     * @param isIssuer whether an issuer was revoked
     */
    record Spoilt(Instant at, RevocationReason reason, boolean isBefore, boolean isIssuer) implements SignerRevocation {
        @Override
        public String toString() {
            String what = (isIssuer ? "an issuer of it was revoked on " : "was revoked on ") + at + " (" + words(reason)
                    + ")";
            return isBefore ? what : what + ", which spoils the stamps of before as well";
        }
    }

    /** The present lists do not tell whether the signer was revoked. */
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
