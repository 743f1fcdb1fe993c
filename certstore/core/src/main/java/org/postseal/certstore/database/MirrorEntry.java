package org.postseal.certstore.database;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/**
 * One entry of a directory server.
 *
 * @param id that stays when the entry is renamed: entryUUID, objectGUID
 * @param fingerprint another one when anything in the entry is, so that an unchanged entry costs no write
 * @param isDisabled the account may not log in
 * @param addresses the primary first; an entry may have addresses and no certificates
 * @param helpers certificates that came along, to build paths with
 * @param original what the server sent, in the form of whoever mirrors; not interpreted here
 */
public record MirrorEntry(
        String id,
        String fingerprint,
        boolean isDisabled,
        List<MailAddress> addresses,
        List<MirrorCertificate> certificates,
        List<MailCertificate> helpers,
        byte[] original) {
    public MirrorEntry {
        addresses = List.copyOf(addresses);
        certificates = List.copyOf(certificates);
        helpers = List.copyOf(helpers);
    }

    /**
     * One certificate of an entry, with what {@link org.postseal.certstore.source.Candidate} says of it.
     *
     * @param origin the attribute
     */
    public record MirrorCertificate(
            MailCertificate certificate,
            String origin,
            int tier,
            boolean isFlagged,
            Optional<SmimeCapabilities> capabilities) {}
}
