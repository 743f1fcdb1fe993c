package org.postseal.certstore.database;

import java.util.Locale;

/** How a certificate came to be here. */
public enum EntryState {
    /** Of one of our own users. */
    OWN,
    /** Imported for a partner, or to build paths with. */
    IMPORTED,
    /** Seen in verified mail, and in use. */
    HARVESTED,
    /** Seen in verified mail, and waiting for the administrator's word. */
    HELD,
    /** Seen in verified mail, and not wanted. */
    DISMISSED,
    /** Copied from a directory server. */
    MIRRORED,
    /** Member of a trust collection. */
    TRUSTED;

    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }

    static EntryState ofStored(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
