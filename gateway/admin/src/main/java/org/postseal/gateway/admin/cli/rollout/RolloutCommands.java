package org.postseal.gateway.admin.cli.rollout;

import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine;

/** The commands {@code client} and {@code exchange} with all that is below them. */
public final class RolloutCommands {
    private RolloutCommands() {}

    public static CommandLine client(StoreAccess store) {
        return CommandGroup.of(
                        "client",
                        "Make what mail programs, phones and browsers need: keys, policies and settings to roll out.")
                .addSubcommand(new ClientPkcs12Command(store))
                .addSubcommand(new MobileConfigCommand(store))
                .addSubcommand(new ThunderbirdCommand(store))
                .addSubcommand(new IntuneCommand(store))
                .addSubcommand(new UserBundleCommand(store))
                .addSubcommand(new BrowserPolicyCommand(store.console()))
                .addSubcommand(new MobilePolicyCommand(store))
                .addSubcommand(new OutlookMobileCommand(store.console()));
    }

    public static CommandLine exchange(Shell shell) {
        return CommandGroup.of("exchange", "Make the scripts that let Exchange send its mail through the gateway.")
                .addSubcommand(new ExchangeOnlineCommand(shell))
                .addSubcommand(new ExchangeServerCommand(shell));
    }
}
