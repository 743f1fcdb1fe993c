package org.postseal.gateway.road.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.smime.Sendable;

/**
 * A copy of a message and what went into it.
 *
 * @param certificates the certificates of the keys used, as {@code role:SHA-256}; the recipients' own certificates are
 * added by their plans
 * @param readers readers who can decrypt the copy but are not sent it, as {@code address:SHA-256} of each certificate
 * @param note what could not be done as decided
 * @param headerProtection what was done to protect the header fields
 * @param signer the certificate of the key that signed the copy; empty if none did
 */
record Copy(
        Sendable sendable,
        List<String> certificates,
        List<String> readers,
        Optional<String> note,
        Optional<String> headerProtection,
        Optional<MailCertificate> signer) {
    /** The role under which the certificate of a key that opened the message is recorded. */
    static final String OPENED = "open:";

    Copy {
        certificates = List.copyOf(certificates);
        readers = List.copyOf(readers);
    }

    /** The share of a recipient who reads the copy with these certificates. */
    Share share(int unit, List<MailCertificate> own) {
        List<String> used = new ArrayList<>(certificates);
        own.forEach(each -> used.add("encrypt:" + each.id().hex()));
        return new Share(unit, used, readers, headerProtection);
    }
}
