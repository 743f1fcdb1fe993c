package org.postseal.gateway.admin.cli.rollout;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands {@code client} and {@code exchange} with all that is below them. */
public final class RolloutCommands {
    private final Supplier<Path> config;
    private final Console console;

    private final StoreAccess store;

    /** @param config where {@code postseal.yaml} is, once the command line is read */
    public RolloutCommands(Supplier<Path> config, Console console, Surroundings surroundings) {
        this.config = config;
        this.console = console;
        this.store = new StoreAccess(config, console, surroundings);
    }

    public CommandLine client() {
        return new CommandLine(new Client())
                .addSubcommand(new ClientPkcs12Command(store))
                .addSubcommand(new MobileConfigCommand(store))
                .addSubcommand(new ThunderbirdCommand(store))
                .addSubcommand(new IntuneCommand(store))
                .addSubcommand(new UserBundleCommand(store))
                .addSubcommand(new BrowserPolicyCommand(console))
                .addSubcommand(new MobilePolicyCommand(new PolicyInExchange(config, console), console))
                .addSubcommand(new OutlookMobileCommand(console));
    }

    public CommandLine exchange() {
        PolicyInExchange policy = new PolicyInExchange(config, console);
        return new CommandLine(new Exchange())
                .addSubcommand(new ExchangeOnlineCommand(config, policy, console, InstantSource.system()))
                .addSubcommand(new ExchangeServerCommand(config, policy, console, InstantSource.system()));
    }

    @Command(
            name = "client",
            description = "What mail programs, phones and browsers need: keys, policies and settings to roll out.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Client extends CommandGroup {}

    @Command(
            name = "exchange",
            description = "What Exchange needs to send its mail this way: scripts to read and run.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Exchange extends CommandGroup {}
}
