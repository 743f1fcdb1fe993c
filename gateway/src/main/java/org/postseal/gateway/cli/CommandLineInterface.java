package org.postseal.gateway.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.postseal.gateway.assembly.Assembly;
import org.postseal.gateway.assembly.SetupReader;
import org.postseal.gateway.cli.audit.AuditCommands;
import org.postseal.gateway.cli.ca.CaCommands;
import org.postseal.gateway.cli.directory.DirectoryCommands;
import org.postseal.gateway.cli.directory.Surroundings;
import org.postseal.gateway.cli.journal.JournalCommands;
import org.postseal.gateway.cli.policy.PolicyCommands;
import org.postseal.gateway.cli.rollout.RolloutCommands;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The commands of {@code postseal}, made once per process or test; {@link #execute} gives the exit code and never ends the process. */
public final class CommandLineInterface {
    private final Console console;
    private final CommandLine commandLine;
    private final Root root = new Root();

    /** Commands that build their gateway with this assembly and speak on this console. */
    public CommandLineInterface(Assembly assembly, Console console) {
        this(assembly, console, Surroundings.of(console));
    }

    /** As above, in other surroundings. */
    public CommandLineInterface(Assembly assembly, Console console, Surroundings surroundings) {
        this.console = console;
        DirectoryCommands directory = new DirectoryCommands(root::config, console, surroundings);
        RolloutCommands rollout = new RolloutCommands(root::config, console, surroundings);
        SetupReader setups = new SetupReader(assembly);
        commandLine = new CommandLine(root)
                .addSubcommand(new RunCommand(root, console, assembly, setups))
                .addSubcommand(new CheckCommand(root, console, setups))
                .addSubcommand(new FilterCommand(root, console, assembly, setups))
                .addSubcommand(new DemoCommand(console, assembly))
                .addSubcommand(directory.cert())
                .addSubcommand(directory.trust())
                .addSubcommand(directory.key())
                .addSubcommand(directory.directory())
                .addSubcommand(new CaCommands(root::config, console, surroundings).ca())
                .addSubcommand(new JournalCommands(root::config, console, surroundings).journal())
                .addSubcommand(new AuditCommands(root::config, console, surroundings).audit())
                .addSubcommand(new PolicyCommands(root::config, console, assembly).policy())
                .addSubcommand(rollout.client())
                .addSubcommand(rollout.exchange())
                .addSubcommand(new ConsoleCommand(root, console))
                .addSubcommand(new PasswordCommand(console))
                .addSubcommand(new VersionCommand(console))
                .addSubcommand(new HelpCommand())
                .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((wrong, _) -> usage(wrong))
                .setExecutionExceptionHandler((cause, _, _) -> failed(cause));
        Words.register(commandLine);
    }

    /** Runs one command; the result is one of {@link ExitCode}. */
    public int execute(String... arguments) {
        return commandLine.execute(arguments);
    }

    /** Every command with its options, for who describes them. */
    CommandLine commands() {
        return commandLine;
    }

    private int usage(CommandLine.ParameterException wrong) {
        console.err().println("error: " + wrong.getMessage() + meant(wrong));
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName(" ");
        console.err().println("hint: " + (command.equals(NAME) ? NAME + " help" : command.replaceFirst(" ", " help ")));
        return ExitCode.USAGE;
    }

    /** The nearest option or command, where it is one that is not there. */
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

    private int failed(Exception cause) {
        if (cause instanceof CommandFailure failure) {
            console.err().println("error: " + failure.getMessage());
            failure.hint().ifPresent(hint -> console.err().println("hint: " + hint));
            return failure.exitCode();
        }
        console.err().println("error: internal fault: " + cause);
        console.err().println("hint: this is a fault of Postseal; please report it with the lines below");
        cause.printStackTrace(console.err());
        return ExitCode.SOFTWARE;
    }

    /** {@code postseal} without a command; holds the option that every command takes. */
    @Command(
            name = NAME,
            description = "S/MIME mail gateway: signs, encrypts, verifies and decrypts by policy between mail servers.",
            synopsisSubcommandLabel = "COMMAND")
    static final class Root implements Runnable {
        @Option(
                names = {"-c", "--config"},
                paramLabel = "FILE",
                scope = ScopeType.INHERIT,
                defaultValue = "/etc/postseal/postseal.yaml",
                description = "configuration; default: ${DEFAULT-VALUE}")
        private Path config = Path.of("/etc/postseal/postseal.yaml");

        @Option(
                names = {"-h", "--help"},
                scope = ScopeType.INHERIT,
                usageHelp = true,
                hidden = true)
        private boolean isHelp;

        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        Path config() {
            return config;
        }

        @Override
        public void run() {
            throw new CommandLine.ParameterException(spec.commandLine(), "no command given");
        }
    }

    private static final String NAME = "postseal";
}
