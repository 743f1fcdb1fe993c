package org.postseal.gateway.admin.rollout;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.Pkcs12Profile;
import org.postseal.certstore.key.Pkcs12Writer;
import org.postseal.certstore.key.Pkcs12Writer.Identity;

/**
 * One key of a user, to be handed to the user's mail programs.
 *
 * @param purposes what the key is used for now; empty for an old key that only opens old mail
 * @param chain the issuers without the trust anchor
 * @param anchor where the path ends; empty for an old key
 */
public record ClientKey(
        KeyMaterial key,
        MailCertificate certificate,
        Set<CertificatePurpose> purposes,
        List<MailCertificate> chain,
        Optional<MailCertificate> anchor) {
    public ClientKey {
        purposes = Set.copyOf(purposes);
        chain = List.copyOf(chain);
    }

    /** Returns a PKCS #12 file with this key alone. */
    byte[] pkcs12(String name, FreshPassword password, Pkcs12Profile profile) {
        return Pkcs12Writer.write(List.of(identity(name)), password.characters(), profile);
    }

    // The names of a user's keys must differ, since Java keeps only one key under a name
    Identity identity(String name) {
        String what = purposes.isEmpty()
                ? " for old mail"
                : purposes.size() > 1 ? "" : isToSign() ? " to sign" : " to decrypt";
        String id = certificate.id().hex().substring(0, 8);
        return new Identity(name + what + " until " + lastDay() + " (" + id + ")", key, certificate, chain);
    }

    private boolean isToSign() {
        return purposes.contains(CertificatePurpose.SIGN);
    }

    LocalDate lastDay() {
        return LocalDate.ofInstant(certificate.notAfter(), ZoneOffset.UTC);
    }

    ClientKey and(CertificatePurpose purpose) {
        Set<CertificatePurpose> more = new java.util.HashSet<>(purposes);
        more.add(purpose);
        return new ClientKey(key, certificate, more, chain, anchor);
    }
}
