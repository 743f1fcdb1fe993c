package org.postseal.gateway.admin.cli.dns;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.remote.smimea.SmimeaName;
import org.postseal.certstore.remote.smimea.SmimeaRecord;
import org.postseal.gateway.admin.cli.cert.ExportedCertificates;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;

/** The certificate of our own store that mail to one of our addresses is encrypted with, and its place in DNS. */
record Publishable(MailAddress address, SmimeaName name, MailCertificate certificate) {
    /**
     * Returns those of the wanted addresses, in order. An address that has no such certificate is named by a warning,
     * since its certificate may be revoked or blocked.
     */
    static List<Publishable> find(StoreAccess store, Predicate<MailAddress> wanted) {
        List<MailAddress> addresses = store.read(database -> ExportedCertificates.ofSource(database, "own").stream()
                .filter(each -> !each.notAfter().isBefore(store.now())
                        && each.whyNot(CertificatePurpose.ENCRYPT).isEmpty())
                .flatMap(each -> each.addresses().stream())
                .filter(wanted)
                .distinct()
                .sorted(java.util.Comparator.comparing(MailAddress::toString))
                .toList());
        return store.inDirectory(directory -> {
            List<Publishable> found = new ArrayList<>();
            for (MailAddress each : addresses) {
                SmimeaName name = SmimeaName.of(each).orElse(null);
                if (name == null) {
                    store.warn(each + " can have no name in DNS");
                    continue;
                }
                switch (chosen(() -> directory.ownCertificate(each, store.now()))) {
                    case CertificateChoice.Chosen<MailCertificate>(MailCertificate certificate, var _) ->
                        found.add(new Publishable(each, name, certificate));
                    case CertificateChoice.NoneUsable<MailCertificate>(var status, var _) ->
                        store.warn(each + " has no certificate to publish: " + status.text());
                }
            }
            return found;
        });
    }

    SmimeaRecord record() {
        return SmimeaRecord.of(certificate);
    }

    private static CertificateChoice<MailCertificate> chosen(
            java.util.function.Supplier<CertificateChoice<MailCertificate>> choice) {
        try {
            return choice.get();
        } catch (StoreUnavailableException e) {
            throw new CommandFailure(ExitCode.TRY_AGAIN, Printable.line(String.valueOf(e.getMessage())), "try again");
        }
    }
}
