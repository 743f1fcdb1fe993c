package org.postseal.certstore.key;

import java.util.List;
import org.postseal.certstore.MailCertificate;

/**
 * The contents of one file.
 *
 * @param keys the private keys
 * @param certificates every certificate, in the order of the file
 */
public record KeyFile(List<KeyMaterial> keys, List<MailCertificate> certificates) {
    public KeyFile {
        keys = List.copyOf(keys);
        certificates = List.copyOf(certificates);
    }
}
