package org.postseal.gateway.admin.cli.cert;

import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.Harvest;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code postseal cert accept} and {@code cert dismiss} decide about a certificate that verified mail brought. */
@Command
final class CertDecideCommand implements Callable<Integer> {
    private final StoreAccess store;
    private final boolean isAccepted;

    @Parameters(index = "0", paramLabel = "ADDRESS", description = "the address whose mail brought it")
    private MailAddress address = MailAddress.of("unset@unset.invalid");

    @Parameters(index = "1", paramLabel = "CERT", description = CertificateName.HELP)
    private String name = "";

    @Mixin
    private Options.Note note = new Options.Note();

    private CertDecideCommand(StoreAccess store, boolean isAccepted) {
        this.store = store;
        this.isAccepted = isAccepted;
    }

    static CommandLine accept(StoreAccess store) {
        return command(
                store, true, "accept", "Use a certificate that 'cert held' lists, instead of those harvested before.");
    }

    static CommandLine dismiss(StoreAccess store) {
        return command(store, false, "dismiss", "Never use a harvested certificate, and no longer list it.");
    }

    private static CommandLine command(StoreAccess store, boolean isAccepted, String name, String description) {
        CommandLine command = new CommandLine(new CertDecideCommand(store, isAccepted)).setCommandName(name);
        command.getCommandSpec().usageMessage().description(description);
        return command;
    }

    @Override
    public Integer call() {
        CertificateId decided = store.change(note.text(), editing -> {
            CertificateId id = CertificateName.find(editing.contents(), name).id();
            Harvest harvest = editing.contents().harvest();
            boolean isThere = isAccepted
                    ? harvest.accept(address, id, editing.act())
                    : harvest.dismiss(address, id, editing.act());
            if (!isThere) {
                throw new CommandFailure(
                        ExitCode.REFUSED,
                        CertificateName.brief(id) + " was not harvested for " + address,
                        "postseal cert held lists what waits");
            }
            editing.record(
                    isAccepted ? "cert-accept" : "cert-dismiss", "certificate:" + id, List.of("address " + address));
            return id;
        });
        store.out()
                .println((isAccepted ? "accepted " : "dismissed ") + CertificateName.brief(decided) + " for "
                        + Printable.line(address.toString()));
        return ExitCode.OK;
    }
}
