package org.postseal.gateway.admin.rollout;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.Pkcs12Profile;
import org.postseal.certstore.key.Pkcs12Writer;

/** The keys of one user, to be handed to the user's mail programs: at least one, with those in use first. */
public record ClientKeys(MailAddress address, List<ClientKey> keys) {
    /** @throws IllegalArgumentException if there are no keys */
    public ClientKeys {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("no keys of " + address);
        }
        keys = List.copyOf(keys);
    }

    /** Returns one PKCS #12 file with all keys. */
    public byte[] pkcs12(FreshPassword password, Pkcs12Profile profile) {
        return Pkcs12Writer.write(
                keys.stream().map(key -> key.identity(address.toString())).toList(), password.characters(), profile);
    }

    /** Returns the key that is used for this purpose now. */
    Optional<ClientKey> of(CertificatePurpose purpose) {
        return keys.stream().filter(key -> key.purposes().contains(purpose)).findFirst();
    }

    /** Returns the trust anchors of the keys in use, each once. */
    List<MailCertificate> anchors() {
        return keys.stream().flatMap(key -> key.anchor().stream()).distinct().toList();
    }

    /** Returns the issuers below the anchors, each once. */
    List<MailCertificate> intermediates() {
        return keys.stream().flatMap(key -> key.chain().stream()).distinct().toList();
    }
}
