package org.postseal.gateway.admin.cli.cert;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Pins;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pin",
        description = "Use a certificate for an address before all others, whether it carries the address or not.",
        footer = {
            "",
            "An address may have several pins, such as the next certificate beside the present one.",
            "",
            "  postseal cert pin bob@partner.example 1a2b3c4d --note 'read to me by phone'"
        })
final class CertPinCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(index = "0", paramLabel = "ADDRESS", description = "the address to pin it for")
    private MailAddress address = MailAddress.of("unset@unset.invalid");

    @Parameters(index = "1", paramLabel = "CERT", description = CertificateName.HELP)
    private String name = "";

    @Option(names = "--for", paramLabel = "sign|encrypt", description = "the use that the pin is for; default: encrypt")
    private CertificatePurpose purpose = CertificatePurpose.ENCRYPT;

    @Mixin
    private Options.Note note = new Options.Note();

    CertPinCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        MailCertificate pinned = store.change(note.text(), editing -> {
            MailCertificate certificate = CertificateName.find(editing.contents(), name);
            Optional<String> whyNot = certificate.whyNot(purpose);
            if (whyNot.isPresent()) {
                throw new CommandFailure(
                        ExitCode.REFUSED,
                        CertificateName.brief(certificate.id()) + " may not " + Options.word(purpose) + ": "
                                + whyNot.get());
            }
            editing.contents().pins().add(new Pins.Pin(address, purpose, certificate, editing.act()));
            editing.record(
                    "cert-pin",
                    "certificate:" + certificate.id(),
                    List.of("address " + address, "purpose " + Options.word(purpose)));
            return certificate;
        });
        if (!pinned.addresses().contains(address)) {
            store.warn("the certificate does not carry " + address + ", and is used for it from now on");
        }
        if (pinned.notAfter().isBefore(store.now())) {
            store.warn("the certificate expired on " + Validity.day(pinned.notAfter()) + ", and is not used");
        }
        store.out()
                .println("pinned " + CertificateName.brief(pinned.id()) + " for " + Printable.line(address.toString())
                        + " to " + Options.word(purpose));
        return ExitCode.OK;
    }
}
