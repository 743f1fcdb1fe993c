package org.postseal.gateway.admin.cli.cert;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "unpin", description = "Take back pins of an address.")
final class CertUnpinCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(index = "0", paramLabel = "ADDRESS", description = "the address that has the pins")
    private MailAddress address = MailAddress.of("unset@unset.invalid");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "CERT",
            description = "only the pin of this certificate; default: all of the address")
    private @Nullable String name;

    @Option(names = "--for", paramLabel = "sign|encrypt", description = "the use that the pin is for; default: encrypt")
    private CertificatePurpose purpose = CertificatePurpose.ENCRYPT;

    @Mixin
    private Options.Note note = new Options.Note();

    CertUnpinCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        List<Pins.Pin> removed = store.change(note.text(), editing -> {
            Optional<MailCertificate> only =
                    Optional.ofNullable(name).map(text -> CertificateName.find(editing.contents(), text));
            List<Pins.Pin> pins = editing.contents().pins().of(address, purpose).stream()
                    .filter(pin -> only.isEmpty() || only.get().equals(pin.certificate()))
                    .toList();
            if (pins.isEmpty()) {
                throw new CommandFailure(
                        ExitCode.REFUSED,
                        Printable.line(address.toString()) + " has no such pin to " + Options.word(purpose));
            }
            for (Pins.Pin pin : pins) {
                editing.contents()
                        .pins()
                        .remove(address, purpose, pin.certificate().id());
                editing.record(
                        "cert-unpin",
                        "certificate:" + pin.certificate().id(),
                        List.of("address " + address, "purpose " + Options.word(purpose)));
            }
            return pins;
        });
        removed.forEach(pin -> store.out()
                .println("unpinned " + CertificateName.brief(pin.certificate().id()) + " for "
                        + Printable.line(address.toString()) + " to " + Options.word(purpose)));
        return ExitCode.OK;
    }
}
