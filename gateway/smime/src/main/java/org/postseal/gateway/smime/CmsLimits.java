package org.postseal.gateway.smime;

/**
 * Limits what a foreign CMS object may hold before it is given up as too big. Content is not counted here: it streams,
 * and the message limit bounds it.
 *
 * @param recipients RecipientInfos; the RecipientEncryptedKeys of key agreement count one by one
 * @param signers SignerInfos
 * @param certificates certificates of a signed-data
 * @param revocationLists CRLs of a signed-data
 * @param structureOctets octets of everything but the content
 * @param objects ASN.1 objects in the structure, except in CRLs; a sender needs two octets for each
 */
public record CmsLimits(
        int recipients, int signers, int certificates, int revocationLists, int structureOctets, int objects) {
    /** These limits are wide enough for what mail programs make. */
    public static final CmsLimits DEFAULT = new CmsLimits(2_000, 10, 100, 10, 4 << 20, 200_000);
}
