package org.postseal.gateway.admin.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.postseal.gateway.admin.cli.audit.AuditCommands;
import org.postseal.gateway.admin.cli.ca.CaCommands;
import org.postseal.gateway.admin.cli.cert.CertCommands;
import org.postseal.gateway.admin.cli.directory.DirectoryCommands;
import org.postseal.gateway.admin.cli.dns.DnsCommands;
import org.postseal.gateway.admin.cli.enrol.EnrolCommands;
import org.postseal.gateway.admin.cli.fleet.DatabaseCommands;
import org.postseal.gateway.admin.cli.fleet.FleetCommands;
import org.postseal.gateway.admin.cli.held.HeldCommands;
import org.postseal.gateway.admin.cli.journal.JournalCommands;
import org.postseal.gateway.admin.cli.key.KeyCommands;
import org.postseal.gateway.admin.cli.policy.PolicyCommands;
import org.postseal.gateway.admin.cli.profile.ProfileCommands;
import org.postseal.gateway.admin.cli.rollout.RolloutCommands;
import org.postseal.gateway.admin.cli.setup.SetupCommand;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Surroundings;
import org.postseal.gateway.admin.cli.support.Words;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.admin.cli.trust.TrustCommands;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.app.assembly.SetupReader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The commands of {@code postseal}. {@link #execute} returns the exit code and never ends the process.
 *
 * <p>If the first argument names a command, only that command is built. Reading the annotations of all others would
 * cost a start of the gateway more time than reading its configuration.
 */
public final class CommandLineInterface {
    private final Console console;
    private final Map<String, Supplier<?>> makers = new LinkedHashMap<>();
    private final Root root = new Root();

    /** The commands build their gateway with this assembly and speak on this console. */
    public CommandLineInterface(Assembly assembly, Console console) {
        this(assembly, console, Surroundings.of(console));
    }

    /** Does the same, with the given user, terminal and clock. */
    public CommandLineInterface(Assembly assembly, Console console, Surroundings surroundings) {
        this.console = console;
        StoreAccess store = new StoreAccess(root::config, console, surroundings);
        SetupReader setups = new SetupReader(assembly);
        makers.put("run", () -> new RunCommand(root::config, console, assembly, setups));
        makers.put(
                "setup",
                () -> new SetupCommand(
                        store,
                        (other, words) -> new CommandLineInterface(assembly, other, surroundings)
                                .execute(words.toArray(String[]::new))));
        makers.put("check", () -> new CheckCommand(store, setups));
        makers.put("filter", () -> new FilterCommand(store, assembly, setups));
        makers.put("demo", () -> new DemoCommand(console, assembly));
        makers.put("cert", () -> CertCommands.of(store));
        makers.put("trust", () -> TrustCommands.of(store));
        makers.put("key", () -> KeyCommands.of(store));
        makers.put("directory", () -> DirectoryCommands.of(store));
        makers.put("dns", () -> DnsCommands.of(store));
        makers.put("ca", () -> CaCommands.of(store));
        makers.put("enrol", () -> EnrolCommands.of(store));
        makers.put("journal", () -> JournalCommands.of(store));
        makers.put("held", () -> HeldCommands.of(store));
        makers.put("fleet", () -> FleetCommands.of(store));
        makers.put("database", () -> DatabaseCommands.of(store));
        makers.put("audit", () -> AuditCommands.of(store));
        makers.put("policy", () -> PolicyCommands.of(store, assembly));
        makers.put("profile", () -> ProfileCommands.of(store));
        makers.put("client", () -> RolloutCommands.client(store));
        makers.put("exchange", () -> RolloutCommands.exchange(store));
        makers.put("console", () -> new ConsoleCommand(store));
        makers.put("password", () -> new PasswordCommand(console));
        makers.put("version", () -> new VersionCommand(console));
        makers.put(HELP, HelpCommand::new);
    }

    /** Runs one command and returns one of the codes in {@link ExitCode}. */
    public int execute(String... arguments) {
        boolean isOne = arguments.length > 0 && makers.containsKey(arguments[0]) && !arguments[0].equals(HELP);
        return made(isOne ? Set.of(arguments[0]) : makers.keySet()).execute(arguments);
    }

    /** Returns every command with its options, for manual pages and shell completion. */
    CommandLine commands() {
        return made(makers.keySet());
    }

    private CommandLine made(Set<String> names) {
        CommandLine commandLine = new CommandLine(root);
        makers.forEach((name, maker) -> {
            if (names.contains(name)) {
                commandLine.addSubcommand(name, maker.get());
            }
        });
        commandLine
                .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler(
                        (wrong, _) -> usage(wrong.getCommandLine(), wrong.getMessage() + meant(wrong)))
                .setExecutionExceptionHandler((cause, command, _) -> cause instanceof WrongUse wrong
                        ? usage(command, String.valueOf(wrong.getMessage()))
                        : CommandFailure.told(cause, console));
        Options.register(commandLine);
        return commandLine;
    }

    private int usage(CommandLine command, String message) {
        console.err().println("error: " + message);
        String name = command.getCommandSpec().qualifiedName(" ");
        console.err().println("hint: " + (name.equals(NAME) ? NAME + " help" : name.replaceFirst(" ", " help ")));
        return ExitCode.USAGE;
    }

    /** Suggests the nearest option or command that exists, if one is near. */
    private static String meant(CommandLine.ParameterException wrong) {
        if (!(wrong instanceof CommandLine.UnmatchedArgumentException unmatched)) {
            return "";
        }
        CommandLine command = wrong.getCommandLine();
        List<String> names = unmatched.isUnknownOption()
                ? List.copyOf(command.getCommandSpec().optionsMap().keySet())
                : List.copyOf(command.getSubcommands().keySet());
        return Words.nearest(unmatched.getUnmatched().getFirst().replaceFirst("=.*", ""), names);
    }

    /** {@code postseal} without a command. It holds the option that every command takes. */
    @Command(
            name = NAME,
            description = "S/MIME mail gateway: signs, encrypts, verifies and decrypts by policy between mail servers.")
    static final class Root extends CommandGroup {
        @Option(
                names = {"-c", "--config"},
                paramLabel = "FILE",
                scope = ScopeType.INHERIT,
                defaultValue = CONFIG,
                description = "the configuration file; default: ${DEFAULT-VALUE}")
        private Path config = Path.of(CONFIG);

        @Option(
                names = {"-h", "--help"},
                scope = ScopeType.INHERIT,
                usageHelp = true,
                hidden = true)
        private boolean isHelp;

        Path config() {
            return config;
        }
    }

    /** The configuration file if none is named. */
    static final String CONFIG = "/etc/postseal/postseal.yaml";

    private static final String NAME = "postseal";
    private static final String HELP = "help";
}
