package org.postseal.certstore.key;

import java.util.List;

/** The outcome of opening a PKCS #12 file. */
public sealed interface Pkcs12Contents {
    /** The password fits. Single bags may still be unusable. */
    record Opened(List<Pkcs12Bag> bags) implements Pkcs12Contents {
        public Opened {
            bags = List.copyOf(bags);
        }
    }

    /** The password does not fit. If the file has no MAC, it may be damaged instead. */
    record WrongPassword() implements Pkcs12Contents {}

    /**
     * The file was not opened.
     *
     * @param message a text for the administrator, without secrets
     */
    record Refused(Cause cause, String message) implements Pkcs12Contents {}

    /** Says why a file is refused. */
    enum Cause {
        /** The file is not PKCS #12, is damaged, has no content, or has an empty MAC (CVE-2024-0727). */
        MALFORMED,
        /** The file asks for more key derivation work than {@link Pkcs12File#MAX_ROUNDS}. */
        TOO_EXPENSIVE,
        /** The file uses an algorithm or a mode that is not on the list. */
        UNSUPPORTED,
        /** The file has more octets than {@link Pkcs12File#MAX_OCTETS}. */
        TOO_LARGE,
        /** The file has more bags than {@link Pkcs12File#MAX_BAGS}, or too many parts. */
        TOO_MANY
    }
}
