package org.postseal.certstore.remote.sync;

/**
 * What one entry may cost; one that costs more is left out and named.
 *
 * @param certificates values of both attributes together
 * @param valueOctets of one value; userSMIMECertificate is a whole signed-data with its path
 * @param entryOctets of all values together
 * @param addresses of one entry
 */
public record EntryLimits(int certificates, int valueOctets, int entryOctets, int addresses) {
    /** Several times what the largest entries of real directories have (Entra ID allows 15 values). */
    public static final EntryLimits DEFAULT = new EntryLimits(100, 262_144, 1_048_576, 500);
}
