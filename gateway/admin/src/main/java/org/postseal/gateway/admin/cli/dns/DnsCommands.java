package org.postseal.gateway.admin.cli.dns;

import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine;

/** The command {@code dns} with all that is below it. */
public final class DnsCommands {
    private DnsCommands() {}

    public static CommandLine of(StoreAccess store) {
        return CommandGroup.of("dns", "Publish certificates in DNS, and compare DNS with our own store.")
                .addSubcommand(new DnsSmimeaCommand(store))
                .addSubcommand(new DnsCheckCommand(store));
    }
}
