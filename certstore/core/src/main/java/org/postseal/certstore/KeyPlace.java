package org.postseal.certstore;

/** Where a private key may be to be used. */
public enum KeyPlace {
    /** In software or in hardware. */
    ANYWHERE,
    /** Only in a token that it cannot leave (AllowSMIMESoftCerts: false, OWAOnlyUseSmartCard). */
    HARDWARE
}
