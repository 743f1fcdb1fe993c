package org.postseal.certstore.remote.sync;

/**
 * Limits what one entry may hold. A larger entry is left out and named in the report.
 *
 * @param certificates values of both attributes together
 * @param valueOctets octets of one value; a userSMIMECertificate is a whole signed-data with its path
 * @param entryOctets octets of all values together
 * @param addresses addresses of one entry
 */
public record EntryLimits(int certificates, int valueOctets, int entryOctets, int addresses) {
    /** The defaults are several times what the largest entries of real directories have (Entra ID allows 15 values). */
    public static final EntryLimits DEFAULT = new EntryLimits(100, 262_144, 1_048_576, 500);
}
