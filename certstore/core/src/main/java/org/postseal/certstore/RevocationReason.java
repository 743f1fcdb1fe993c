package org.postseal.certstore;

/**
 * Says why an issuer revoked a certificate, by the numbers of RFC 5280 §5.3.1. A certificate on hold counts as revoked
 * while the hold lasts.
 */
public enum RevocationReason {
    UNSPECIFIED(0, ""),
    KEY_COMPROMISE(1, "key compromised"),
    CA_COMPROMISE(2, "authority compromised"),
    AFFILIATION_CHANGED(3, "affiliation changed"),
    SUPERSEDED(4, "superseded"),
    CESSATION_OF_OPERATION(5, "cessation of operation"),
    ON_HOLD(6, "on hold"),
    REMOVED_FROM_LIST(8, "removed from list"),
    PRIVILEGE_WITHDRAWN(9, "privilege withdrawn"),
    ATTRIBUTE_AUTHORITY_COMPROMISE(10, "attribute authority compromised");

    private final int number;
    private final String text;

    RevocationReason(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /**
     * Returns the reason with this number. An unknown number becomes {@link #UNSPECIFIED}, since the certificate is
     * revoked all the same.
     */
    public static RevocationReason of(int number) {
        for (RevocationReason reason : values()) {
            if (reason.number == number) {
                return reason;
            }
        }
        return UNSPECIFIED;
    }

    /** Returns the number in RFC 5280. */
    public int number() {
        return number;
    }

    /** Returns the reason in words, or an empty text if none was given. */
    public String text() {
        return text;
    }

    /** Returns the reason in brackets after a blank, or an empty text if none was given. */
    String suffix() {
        return text.isEmpty() ? "" : " (" + text + ")";
    }
}
