package org.postseal.certstore.authority;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.authority.CaException.Kind;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/**
 * Makes the next intermediate, with its own key, name and list. Certificates that the earlier ones issued stay valid
 * until they end, and their lists go on being signed. The certificate is not written in PEM here. Until
 * {@link CaFolder#add(Intermediate)} writes it, there is no next intermediate.
 *
 * @param rootKey the file with the root's key
 * @param rounds the PBKDF2 rounds for the passphrase
 */
public record IntermediateRenewal(CaFolder folder, Path rootKey, KeyAlgorithm algorithm, int rounds) {
    /**
     * Makes the intermediate with its key and list, or leaves nothing behind. To issue certificates with it, add it to
     * the folder and open the folder again.
     *
     * @param issuingPassphrase the one passphrase of the earlier keys whose lists are signed; if there are no such
     *     keys, any passphrase
     * @throws CaException when a key does not open, or the root is not valid
     */
    public Intermediate make(char[] rootPassphrase, char[] issuingPassphrase, Instant now) throws CaException {
        Instant from = now.truncatedTo(ChronoUnit.SECONDS);
        MailCertificate root = folder.root();
        if (from.isBefore(root.notBefore()) || !from.isBefore(root.notAfter())) {
            throw new CaException(
                    Kind.REFUSED, "the root is valid until " + root.notAfter() + ", and signs nothing now");
        }
        CaCreation.demandLong(issuingPassphrase, "the intermediate");
        if (!folder.listing(now).isEmpty()) {
            // The timer that signs lists has one passphrase, so the next list would fail if this key had another.
            var _ = folder.unlock(issuingPassphrase, now);
        }
        KeyMaterial rootMaterial = LockedKey.open(rootKey, rootPassphrase, root);
        KeyMaterial key = KeyMaterial.generate(algorithm);
        Instant wanted = CaCreation.end(from, CaCreation.ISSUER_YEARS);
        int number = folder.intermediate().number() + 1;
        Intermediate next = new Intermediate(
                number,
                CertificateAuthority.sign(
                        new Templates(folder.settings())
                                .issuer(
                                        number,
                                        key.publicKey(),
                                        rootMaterial.publicKey(),
                                        from,
                                        wanted.isAfter(root.notAfter()) ? root.notAfter() : wanted),
                        rootMaterial));
        boolean isWritten = false;
        try {
            write(next, key, issuingPassphrase, now);
            isWritten = true;
        } finally {
            if (!isWritten) {
                folder.forget(next);
            }
        }
        return next;
    }

    private void write(Intermediate next, KeyMaterial key, char[] passphrase, Instant now) throws CaException {
        folder.keep(folder.issuingKey(next.number()), key.toEncryptedPem(passphrase, rounds));
        folder.publish(next.published(), next.certificate().encoded());
        folder.replace(folder.index().withNextList());
        folder.publish(
                next.list(),
                RevocationListMaker.make(
                        next.certificate(),
                        key,
                        folder.index().lists(),
                        now,
                        RootList.lifetime(
                                folder.publicFile(folder.intermediate().list())),
                        List.of()));
    }
}
