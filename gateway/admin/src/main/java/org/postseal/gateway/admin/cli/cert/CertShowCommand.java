package org.postseal.gateway.admin.cli.cert;

import java.util.concurrent.Callable;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Show one certificate and everything that is known about it.")
final class CertShowCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "CERT", description = CertificateName.HELP)
    private String name = "";

    @Option(names = "--pem", description = "print the certificate in PEM and nothing else")
    private boolean isPem;

    @Mixin
    private Options.Json json = new Options.Json();

    CertShowCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        store.read(database -> database.read(contents -> {
            MailCertificate certificate = CertificateName.find(contents, name);
            if (isPem) {
                store.out().print(certificate.toPem());
                return true;
            }
            CertificateDossier dossier = CertificateDossier.of(contents, certificate);
            if (json.isWanted()) {
                store.out().println(JsonText.of(dossier.members(store.now())));
            } else {
                dossier.print(store.out(), store.now());
            }
            return true;
        }));
        return ExitCode.OK;
    }
}
