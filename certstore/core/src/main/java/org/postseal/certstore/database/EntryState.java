package org.postseal.certstore.database;

import java.util.Locale;

/** Says how a certificate came into the database. */
public enum EntryState {
    /** It belongs to one of our own users. */
    OWN,
    /** It was imported for a partner, or to build paths with. */
    IMPORTED,
    /** It was seen in verified mail, and it is used. */
    HARVESTED,
    /** It was seen in verified mail, and it waits for the administrator's decision. */
    HELD,
    /** It was seen in verified mail, and the administrator does not want it. */
    DISMISSED,
    /** It was copied from a directory server. */
    MIRRORED,
    /** It is a member of a trust collection. */
    TRUSTED;

    static EntryState ofStored(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
