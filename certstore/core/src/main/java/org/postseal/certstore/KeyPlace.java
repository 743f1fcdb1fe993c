package org.postseal.certstore;

/** Says where a private key must be so that it may be used. */
public enum KeyPlace {
    /** The key may be in software or in hardware. */
    ANYWHERE,
    /** The key must be on a token that it cannot leave (AllowSMIMESoftCerts: false, OWAOnlyUseSmartCard). */
    HARDWARE
}
