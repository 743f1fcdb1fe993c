package org.postseal.certstore.remote.sync;

import java.util.Arrays;
import java.util.Optional;

/** How changes are found. */
public enum SyncMethod {
    /** By what the root DSE says of the server. */
    AUTO("auto"),
    /** Active Directory: the update sequence number of one domain controller. */
    USN_CHANGED("usnChanged"),
    /** Active Directory: the DirSync control. */
    DIR_SYNC("dirSync"),
    /** RFC 4533, as OpenLDAP has it. */
    SYNCREPL("syncrepl"),
    /** Everything, every time. */
    FULL("full");

    private final String text;

    SyncMethod(String text) {
        this.text = text;
    }

    /** As in the configuration and in the database. */
    public String text() {
        return text;
    }

    /** The method that is written {@code text}. */
    public static Optional<SyncMethod> parse(String text) {
        return Arrays.stream(values())
                .filter(method -> method.text.equals(text))
                .findFirst();
    }
}
