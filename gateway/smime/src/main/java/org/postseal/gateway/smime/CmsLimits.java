package org.postseal.gateway.smime;

/**
 * What a foreign CMS object may hold before it is given up as too big. Content is not counted here: it streams, and the message limit bounds it.
 *
 * @param recipients RecipientInfos, the RecipientEncryptedKeys of key agreement counted one by one
 * @param signers SignerInfos
 * @param certificates certificates of a signed-data
 * @param revocationLists CRLs of a signed-data
 * @param structureOctets everything but the content, in octets
 * @param objects ASN.1 objects in the structure, but for CRLs; a sender needs two octets for each
 */
public record CmsLimits(
        int recipients, int signers, int certificates, int revocationLists, int structureOctets, int objects) {
    /** Wide enough for what mail programs make. */
    public static final CmsLimits DEFAULT = new CmsLimits(2_000, 10, 100, 10, 4 << 20, 200_000);
}
