package org.postseal.gateway.smime;

import java.time.Instant;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.directory.CertificateStore;

/**
 * Says by what the signatures of a message are judged.
 *
 * @param from the address of the message's single From field; empty if there are none or several, or if it does not
 *     parse
 * @param store judges the certificates
 * @param time of receipt
 * @param believed which signatures are believed in addition to those that are always believed
 * @param wasEncrypted whether what is verified came out of a ciphertext
 */
public record VerificationTerms(
        Optional<MailAddress> from, CertificateStore store, Instant time, Believed believed, boolean wasEncrypted) {}
