package org.postseal.gateway.admin.cli.key;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command
final class KeyMapCommand implements Callable<Integer> {
    private final StoreAccess store;
    private final boolean isTakenBack;

    @Parameters(index = "0", paramLabel = "KEY", description = KeyName.HELP)
    private String name = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "ADDRESS", description = "the addresses to open mail for")
    private List<MailAddress> addresses = new ArrayList<>();

    @Mixin
    private Options.Note note = new Options.Note();

    private KeyMapCommand(StoreAccess store, boolean isTakenBack) {
        this.store = store;
        this.isTakenBack = isTakenBack;
    }

    static CommandLine map(StoreAccess store) {
        CommandLine command = new CommandLine(new KeyMapCommand(store, false)).setCommandName("map");
        command.getCommandSpec()
                .usageMessage()
                .description("Let a key open mail for addresses that none of its certificates carries.")
                .footer("", "  postseal key map alice@example.com alice.miller@example.com");
        return command;
    }

    static CommandLine unmap(StoreAccess store) {
        CommandLine command = new CommandLine(new KeyMapCommand(store, true)).setCommandName("unmap");
        command.getCommandSpec().usageMessage().description("Take back addresses that 'key map' gave to a key.");
        return command;
    }

    @Override
    public Integer call() {
        PublicKeyId id = store.change(note.text(), editing -> {
            PublicKeyId key = KeyName.find(editing.contents(), name).key().id();
            for (MailAddress address : addresses) {
                if (!isTakenBack) {
                    editing.contents().wrappedKeys().map(key, address, editing.act());
                } else if (!editing.contents().wrappedKeys().unmap(key, address)) {
                    throw new CommandFailure(
                            ExitCode.REFUSED, Printable.line(address.toString()) + " is not mapped to this key");
                }
            }
            editing.record(
                    isTakenBack ? "key-unmap" : "key-map",
                    "key:" + key,
                    addresses.stream().map(each -> "address " + each).toList());
            return key;
        });
        store.out()
                .println((isTakenBack ? "unmapped " : "mapped ")
                        + Printable.list(addresses)
                        + (isTakenBack ? " from key " : " to key ")
                        + id.hex().substring(0, 16));
        return ExitCode.OK;
    }
}
