package org.postseal.gateway.admin.cli.directory;

import java.security.SignatureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.Blocks;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.format.UserSmimeWriter;
import org.postseal.certstore.remote.ldap.SmimeValue;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;
import org.postseal.gateway.road.directory.CertificateDirectory;
import org.postseal.gateway.smime.OwnCapabilities;

/**
 * The content that a user's entry shall have.
 *
 * @param smimeWords what becomes of userSMIMECertificate, and why
 */
record Publication(List<MailCertificate> certificates, SmimeValue smime, String smimeWords) {
    Publication {
        certificates = List.copyOf(certificates);
    }

    /**
     * Takes the certificates from our own store.
     *
     * @param names names of certificates; if empty, the certificate that is chosen to encrypt with
     * @param takesAny whether a certificate from mail or from other sources counts if our own store has none
     */
    static Publication of(
            StoreAccess store,
            CertificateDirectory directory,
            MailAddress address,
            List<String> names,
            boolean clearsSmime,
            boolean takesAny) {
        try {
            List<MailCertificate> certificates = names.isEmpty()
                    ? List.of(chosen(store, directory, address, takesAny))
                    : named(store, directory, names);
            return clearsSmime
                    ? new Publication(certificates, new SmimeValue.Cleared(), "is emptied as you wish")
                    : signed(store, directory, address, certificates);
        } catch (StoreUnavailableException e) {
            throw new CommandFailure(ExitCode.TRY_AGAIN, Printable.line(String.valueOf(e.getMessage())), "try again");
        }
    }

    private static MailCertificate chosen(
            StoreAccess store, CertificateDirectory directory, MailAddress address, boolean takesAny) {
        CertificateChoice<MailCertificate> choice = directory.ownCertificate(address, store.now());
        if (takesAny && choice instanceof CertificateChoice.NoneUsable<MailCertificate>) {
            choice = directory.store().encryptionCertificate(address, store.now());
        }
        return switch (choice) {
            case CertificateChoice.Chosen<MailCertificate>(MailCertificate certificate, var _) -> certificate;
            case CertificateChoice.NoneUsable<MailCertificate>(var status, var _) ->
                throw new CommandFailure(
                        ExitCode.REFUSED,
                        (takesAny ? "there is" : "our own store has") + " no certificate of " + address
                                + " to publish: " + status.text(),
                        "postseal cert explain " + address);
        };
    }

    private static List<MailCertificate> named(StoreAccess store, CertificateDirectory directory, List<String> names) {
        CertificateDatabase database = directory
                .database()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.CONFIG, "no database is configured", "--certificate names those of the database"));
        List<MailCertificate> found = new ArrayList<>();
        for (String name : names) {
            MailCertificate certificate = CertificateName.find(database, name);
            String brief = CertificateName.brief(certificate.id());
            if (certificate.notAfter().isBefore(store.now())) {
                throw new CommandFailure(
                        ExitCode.REFUSED, brief + " expired on " + Validity.day(certificate.notAfter()));
            }
            if (database.blocks()
                    .of(new Blocks.Target.Certificate(certificate.id()))
                    .isPresent()) {
                throw new CommandFailure(ExitCode.REFUSED, brief + " is blocked", "postseal cert unblock " + brief);
            }
            found.add(certificate);
        }
        return found;
    }

    private static Publication signed(
            StoreAccess store,
            CertificateDirectory directory,
            MailAddress address,
            List<MailCertificate> certificates) {
        Optional<MailCertificate> encryption = certificates.stream()
                .filter(each -> each.whyNot(CertificatePurpose.ENCRYPT).isEmpty())
                .findFirst();
        if (encryption.isEmpty()) {
            return new Publication(
                    certificates, new SmimeValue.Kept(), "stays as it is: none of these certificates may encrypt");
        }
        return switch (directory.store().signingKey(address, KeyPlace.ANYWHERE, store.now())) {
            case CertificateChoice.NoneUsable<KeyHandle>(var status, var _) ->
                new Publication(
                        certificates,
                        new SmimeValue.Kept(),
                        "stays as it is: the gateway has no key of the user's to sign it with (" + status.text() + ")");
            case CertificateChoice.Chosen<KeyHandle>(KeyHandle key, var _) ->
                new Publication(
                        certificates,
                        bundle(store, key, encryption.get()),
                        "is signed with the key of "
                                + CertificateName.brief(key.certificate().id()));
        };
    }

    private static SmimeValue bundle(StoreAccess store, KeyHandle key, MailCertificate encryption) {
        try {
            return new SmimeValue.Written(
                    UserSmimeWriter.write(key, encryption, key.chain(), OwnCapabilities.of(encryption), store.now()));
        } catch (SignatureException e) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE,
                    "the key of " + CertificateName.brief(key.certificate().id()) + " does not sign: "
                            + Printable.line(String.valueOf(e.getMessage())),
                    "is its token there?");
        }
    }
}
