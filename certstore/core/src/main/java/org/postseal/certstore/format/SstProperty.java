package org.postseal.certstore.format;

/** A property of an element of a serialized store. */
public record SstProperty(int id, byte[] value) {
    /** The number of CERT_ENHKEY_USAGE_PROP_ID. */
    public static final int ENHANCED_KEY_USAGE = 9;
    /** The number of CERT_FRIENDLY_NAME_PROP_ID. MS-WCCE swaps this number with that of the description. */
    public static final int FRIENDLY_NAME = 11;
}
