package org.postseal.certstore.key;

/** Carries an outcome out of the nested parts of a file. It never leaves this package. */
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
