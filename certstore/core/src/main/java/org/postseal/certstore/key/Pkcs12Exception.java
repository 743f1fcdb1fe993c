package org.postseal.certstore.key;

/**
 * Ends the reading of a nested part of a PKCS #12 file with the answer for the whole file. It never leaves this
 * package.
 */
final class Pkcs12Exception extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Pkcs12Contents outcome;

    Pkcs12Exception(Pkcs12Contents outcome) {
        super(outcome.toString());
        this.outcome = outcome;
    }

    static Pkcs12Exception refused(Pkcs12Contents.Cause cause, String message) {
        return new Pkcs12Exception(new Pkcs12Contents.Refused(cause, message));
    }

    Pkcs12Contents outcome() {
        return outcome;
    }
}
