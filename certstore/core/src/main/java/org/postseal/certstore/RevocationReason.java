package org.postseal.certstore;

/** Why an issuer revoked, by the numbers of RFC 5280 §5.3.1. A certificate on hold counts as revoked for as long as the hold lasts. */
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

    /** The reason of this number; one that is not known is unspecified, since it revokes all the same. */
    public static RevocationReason of(int number) {
        for (RevocationReason reason : values()) {
            if (reason.number == number) {
                return reason;
            }
        }
        return UNSPECIFIED;
    }

    /** RFC 5280's number. */
    public int number() {
        return number;
    }

    /** The reason in words; nothing when none was given. */
    public String text() {
        return text;
    }

    /** The reason in brackets, with a blank before; nothing when none was given. */
    String suffix() {
        return text.isEmpty() ? "" : " (" + text + ")";
    }
}
