package org.postseal.gateway.admin.cli.cert;

import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Certificates.Removal;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        description = "Forget a certificate that was imported or harvested.",
        footer = {
            "",
            "If nobody may use it again, block it instead: 'cert block'. A removed certificate may come back by mail."
        })
final class CertRemoveCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "CERT", description = CertificateName.HELP)
    private String name = "";

    @Mixin
    private Options.Note note = new Options.Note();

    CertRemoveCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        MailCertificate removed = store.change(note.text(), editing -> {
            MailCertificate certificate = CertificateName.find(editing.contents(), name);
            switch (editing.contents().certificates().remove(certificate.id())) {
                case Removal.Removed _ ->
                    editing.record(
                            "cert-remove",
                            "certificate:" + certificate.id(),
                            List.of(
                                    "subject " + CertificateView.subject(certificate),
                                    "addresses " + Printable.list(certificate.addresses())));
                case Removal.Absent _ ->
                    throw new CommandFailure(ExitCode.REFUSED, "no certificate " + certificate.id());
                case Removal.StillNeeded(List<String> by) ->
                    throw new CommandFailure(
                            ExitCode.REFUSED,
                            CertificateName.brief(certificate.id()) + " is needed by:"
                                    + String.join(
                                            "",
                                            by.stream()
                                                    .map(each -> "\n  " + Printable.line(each))
                                                    .toList()),
                            "remove those first: key remove, cert unpin, trust remove");
            }
            return certificate;
        });
        store.out().println("removed " + ImportChecks.line(removed));
        return ExitCode.OK;
    }
}
