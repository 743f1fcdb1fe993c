package org.postseal.certstore.enrolment;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.key.KeyAlgorithm;

/**
 * What one of our users is to have.
 *
 * @param authority the name of the authority
 * @param certificates what each of their certificates is for: one for both purposes, or one for each
 * @param renewBefore how long before its end a certificate is renewed; for so long, the old and the new one are both
 *     valid
 */
public record Wanted(
        MailAddress address,
        String authority,
        List<Set<CertificatePurpose>> certificates,
        KeyAlgorithm algorithm,
        Duration renewBefore) {
    public Wanted {
        certificates = List.copyOf(certificates);
    }
}
