package org.postseal.gateway.admin.rollout;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.Pkcs12Profile;
import org.postseal.certstore.key.Pkcs12Writer;

/** The keys of one user on their way to his programs, those in use first; at least one. */
public record ClientKeys(MailAddress address, List<ClientKey> keys) {
    /** @throws IllegalArgumentException for none */
    public ClientKeys {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("no keys of " + address);
        }
        keys = List.copyOf(keys);
    }

    /** All of them in one file. */
    public byte[] pkcs12(FreshPassword password, Pkcs12Profile profile) {
        return Pkcs12Writer.write(
                keys.stream().map(key -> key.identity(address.toString())).toList(), password.characters(), profile);
    }

    /** The one that is used for this now. */
    Optional<ClientKey> of(CertificatePurpose purpose) {
        return keys.stream().filter(key -> key.purposes().contains(purpose)).findFirst();
    }

    /** Where the paths of those in use end, each once. */
    List<MailCertificate> anchors() {
        return keys.stream().flatMap(key -> key.anchor().stream()).distinct().toList();
    }

    /** Issuers below the anchors, each once. */
    List<MailCertificate> intermediates() {
        return keys.stream().flatMap(key -> key.chain().stream()).distinct().toList();
    }
}
