package org.postseal.certstore.remote.sync;

import java.util.Arrays;
import java.util.Optional;

/** Says how changes are found. */
public enum SyncMethod {
    /** The root DSE of the server decides. */
    AUTO("auto"),
    /** Compares update sequence numbers of one domain controller of Active Directory. */
    USN_CHANGED("usnChanged"),
    /** Uses the DirSync control of Active Directory. */
    DIR_SYNC("dirSync"),
    /** Uses the content synchronisation operation (RFC 4533), which OpenLDAP implements. */
    SYNCREPL("syncrepl"),
    /** Everything is read every time. */
    FULL("full");

    private final String text;

    SyncMethod(String text) {
        this.text = text;
    }

    /** Returns the word in the configuration and in the database. */
    public String text() {
        return text;
    }

    public static Optional<SyncMethod> parse(String text) {
        return Arrays.stream(values())
                .filter(method -> method.text.equals(text))
                .findFirst();
    }
}
