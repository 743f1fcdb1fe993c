package org.postseal.certstore.database;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/**
 * An entry of a directory server.
 *
 * @param id an identifier that stays when the entry is renamed: entryUUID or objectGUID
 * @param fingerprint a text that changes when anything in the entry changes, so that an unchanged entry costs no write
 * @param isDisabled whether the account may not log in
 * @param addresses the addresses, the primary one first; an entry may have addresses and no certificates
 * @param helpers certificates that came along and serve to build paths
 */
public record MirrorEntry(
        String id,
        String fingerprint,
        boolean isDisabled,
        List<MailAddress> addresses,
        List<MirrorCertificate> certificates,
        List<MailCertificate> helpers) {
    public MirrorEntry {
        addresses = List.copyOf(addresses);
        certificates = List.copyOf(certificates);
        helpers = List.copyOf(helpers);
    }

    /**
     * A certificate of an entry. {@link org.postseal.certstore.source.Candidate} explains the components.
     *
     * @param origin the name of the attribute that holds it
     */
    public record MirrorCertificate(
            MailCertificate certificate,
            String origin,
            int tier,
            boolean isFlagged,
            Optional<SmimeCapabilities> capabilities) {}
}
