package org.postseal.certstore.key;

import java.util.List;

/** The outcome of opening a PKCS #12 file. */
public sealed interface Pkcs12Contents {
    /** The password fits; what the bags hold may still be bad, each for itself. */
    record Opened(List<Pkcs12Bag> bags) implements Pkcs12Contents {
        public Opened {
            bags = List.copyOf(bags);
        }
    }

    /** The password does not fit; in a file without a MAC it may be damage as well. */
    record WrongPassword() implements Pkcs12Contents {}

    /**
     * The file is not opened.
     *
     * @param message for the admin, without secrets
     */
    record Refused(Cause cause, String message) implements Pkcs12Contents {}

    /** Why a file is refused. */
    enum Cause {
        /** It is no PKCS #12, or a damaged one, or one without content or with an empty MAC (CVE-2024-0727). */
        MALFORMED,
        /** It asks for more derivation work than is given ({@link Pkcs12File#MAX_ROUNDS}). */
        TOO_EXPENSIVE,
        /** It uses an algorithm or a mode that is not on the list. */
        UNSUPPORTED,
        /** More octets than {@link Pkcs12File#MAX_OCTETS}. */
        TOO_LARGE,
        /** More bags than {@link Pkcs12File#MAX_BAGS}. */
        TOO_MANY
    }
}
