package org.postseal.certstore.remote.sync;

import java.util.Arrays;
import java.util.Optional;

/** How changes are found. */
public enum SyncMethod {
    /** The root DSE of the server decides. */
    AUTO("auto"),
    /** Active Directory: the update sequence number of one domain controller. */
    USN_CHANGED("usnChanged"),
    /** Active Directory: the DirSync control. */
    DIR_SYNC("dirSync"),
    /** RFC 4533, which OpenLDAP implements. */
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
