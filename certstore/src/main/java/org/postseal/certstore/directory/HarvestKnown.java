package org.postseal.certstore.directory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;

/**
 * What is known of the sender already.
 *
 * @param authoritative his certificates from pins, the own store and directory servers
 * @param remembered the one harvested before
 */
public record HarvestKnown(List<MailCertificate> authoritative, Optional<Remembered> remembered) {
    /** Nothing. */
    public static final HarvestKnown NOTHING = new HarvestKnown(List.of(), Optional.empty());

    public HarvestKnown {
        authoritative = List.copyOf(authoritative);
    }

    /**
     * A harvested certificate.
     *
     * @param status whether it may be encrypted to now
     * @param signingTime of the newest signature that confirmed it
     */
    public record Remembered(MailCertificate certificate, CertificateStatus status, Instant signingTime) {}
}
