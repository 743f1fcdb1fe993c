package org.postseal.certstore.key;

import java.util.List;
import org.postseal.certstore.MailCertificate;

/**
 * What one file holds.
 *
 * @param keys private keys
 * @param certificates every certificate, in the order of the file
 */
public record KeyFile(List<KeyMaterial> keys, List<MailCertificate> certificates) {
    /** Copies the lists. */
    public KeyFile {
        keys = List.copyOf(keys);
        certificates = List.copyOf(certificates);
    }
}
