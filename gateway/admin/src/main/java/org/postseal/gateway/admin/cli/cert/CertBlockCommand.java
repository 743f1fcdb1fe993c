package org.postseal.gateway.admin.cli.cert;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.Blocks;
import org.postseal.certstore.database.Contents;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.WrongUse;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command
final class CertBlockCommand implements Callable<Integer> {
    private final StoreAccess store;
    private final boolean isTakenBack;

    @Parameters(
            arity = "0..1",
            paramLabel = "CERT",
            description = "whole SHA-256 of a certificate, known or not; or a name as for 'cert show'")
    private @Nullable String name;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "every certificate of this address, instead of one")
    private @Nullable MailAddress address;

    @Mixin
    private Options.Note note = new Options.Note();

    private CertBlockCommand(StoreAccess store, boolean isTakenBack) {
        this.store = store;
        this.isTakenBack = isTakenBack;
    }

    static CommandLine block(StoreAccess store) {
        CommandLine command = new CommandLine(new CertBlockCommand(store, false)).setCommandName("block");
        command.getCommandSpec()
                .usageMessage()
                .description("Never use a certificate again, wherever it comes from.")
                .footer(
                        "",
                        "  postseal cert block 1a2b3c4d --note 'laptop stolen'",
                        "  postseal cert block --address bob@partner.example");
        return command;
    }

    static CommandLine unblock(StoreAccess store) {
        CommandLine command = new CommandLine(new CertBlockCommand(store, true)).setCommandName("unblock");
        command.getCommandSpec().usageMessage().description("Take back a block.");
        return command;
    }

    @Override
    public Integer call() {
        if ((name == null) == (address == null)) {
            throw new WrongUse("give a certificate, or --address");
        }
        String done = store.change(note.text(), editing -> {
            Blocks.Target target = target(editing.contents());
            if (!isTakenBack) {
                editing.contents().blocks().add(new Blocks.Block(target, editing.act()));
            } else if (!editing.contents().blocks().remove(target)) {
                throw new CommandFailure(ExitCode.REFUSED, object(target) + " is not blocked");
            }
            editing.record(isTakenBack ? "cert-unblock" : "cert-block", object(target), List.of());
            return object(target);
        });
        store.out().println((isTakenBack ? "unblocked " : "blocked ") + done);
        return ExitCode.OK;
    }

    private Blocks.Target target(Contents contents) {
        if (address != null) {
            return new Blocks.Target.Address(address);
        }
        String text = String.valueOf(name);
        return new Blocks.Target.Certificate(CertificateName.whole(text)
                .orElseGet(() -> CertificateName.find(contents, text).id()));
    }

    private static String object(Blocks.Target target) {
        return switch (target) {
            case Blocks.Target.Certificate(CertificateId id) -> "certificate:" + id;
            case Blocks.Target.Address(MailAddress blocked) -> "address:" + Printable.line(blocked.toString());
        };
    }
}
