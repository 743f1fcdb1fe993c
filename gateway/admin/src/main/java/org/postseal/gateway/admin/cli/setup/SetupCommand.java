package org.postseal.gateway.admin.cli.setup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.Domain;
import org.postseal.gateway.admin.cli.postfix.PostfixFiles;
import org.postseal.gateway.admin.cli.postfix.PostfixWish;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.WrongUse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "setup",
        description = {
            "Set up a gateway behind the Postfix of this machine: configuration, keys, an authority, Postfix, a trial"
                    + " message.",
            "What it is not told, it asks. It shows what it will do before it writes anything, passes over what is"
                    + " there already, and goes on where it was interrupted."
        },
        footer = {
            "",
            "  postseal setup --apply",
            "  postseal setup --apply --yes --domain example.com --country DE --user alice@example.com",
            "  postseal setup --undo"
        })
public final class SetupCommand implements Callable<Integer> {
    /** Runs another command of {@code postseal} on this console, and returns its exit code. */
    public interface Commands {
        int run(Console console, List<String> words);
    }

    private final StoreAccess store;
    private final Commands commands;
    private final Machine machine;
    private final Consumer<Step> after;
    private @Nullable BufferedReader reader;

    @Mixin
    private SetupOptions options = new SetupOptions();

    @Option(
            names = "--apply",
            description = "also change Postfix, start the service and send a trial message; without it, the commands"
                    + " for that are printed")
    private boolean isApplied;

    @Option(names = "--yes", description = "ask nothing, and take the defaults")
    private boolean isSure;

    @Option(
            names = "--undo",
            description = "take back what setup has changed in Postfix, and stop the service; keys, certificates,"
                    + " database and log stay")
    private boolean isUndone;

    @Mixin
    private Options.DryRun dryRun = new Options.DryRun();

    /** @param commands runs the other commands */
    public SetupCommand(StoreAccess store, Commands commands) {
        this(store, commands, Machine.here(), _ -> {});
    }

    /** @param after is told each step that has just been made */
    SetupCommand(StoreAccess store, Commands commands, Machine machine, Consumer<Step> after) {
        this.store = store;
        this.commands = commands;
        this.machine = machine;
        this.after = after;
    }

    @Override
    public Integer call() {
        SetupPlaces places = SetupPlaces.of(store.configFile());
        if (isUndone) {
            if (isApplied || dryRun.isWanted()) {
                throw new WrongUse("--undo goes with neither --apply nor --dry-run");
            }
            if (Files.isDirectory(places.kept())) {
                try (SetupTurn _ = SetupTurn.take(places)) {
                    undo(places);
                }
            } else {
                undo(places);
            }
            return ExitCode.OK;
        }
        if (terminal().isEmpty() && !isSure && !dryRun.isWanted()) {
            throw new CommandFailure(
                    ExitCode.USAGE, "there is no terminal to ask on", "--yes takes the defaults; see the flags");
        }
        SetupProblems problems = new SetupProblems();
        SetupPorts ports = SetupPorts.of(options.ports, problems);
        PostfixSide postfix = new PostfixSide(machine, Optional.ofNullable(options.postfix), places);
        Answers answers = new Questions(options, terminal(), problems)
                .answers(known(places, postfix), Files.exists(places.authority()));
        ConfigFiles files = new ConfigFiles(places, answers, ports, postfix.hostName());
        files.judge(problems);
        writable(places, problems);
        taken(SetupPorts.GATEWAY, ports, !files.config.isDone(), problems);
        GatewaySteps gateway = new GatewaySteps(store, commands, places, answers, files);
        if (files.isReadable()) {
            gateway.judge(problems);
        }
        PostfixWish wish = new PostfixWish(
                files.gateway(), answers.domains(), ports.number(SetupPorts.SENT_ON), ports.number(SetupPorts.USERS));
        if (!answers.domains().isEmpty()) {
            postfix.plan(wish, isApplied, problems);
            for (String name : List.of(SetupPorts.BACK, SetupPorts.SENT_ON, SetupPorts.USERS)) {
                taken(List.of(name), ports, postfix.adds(ports.number(name)), problems);
            }
        }
        problems.demandNone(store);

        Service service = new Service(machine, places);
        List<Step> steps = new ArrayList<>(gateway.steps());
        boolean isRunning = false;
        if (isApplied) {
            isRunning = service.isThere() || !machine.isFree().test(portOf(wish));
            if (service.isThere()) {
                steps.add(service.step());
            }
            steps.add(postfix.step(wish));
            if (isRunning) {
                steps.add(new Trial(store, machine, commands, places, postfix, answers.sender()).step());
            }
        }
        boolean isMade = run(places, steps, postfix);
        if (!dryRun.isWanted()) {
            new NextSteps(store, places, answers).print(isMade, isApplied, postfix.commands(), service);
            if (isApplied && !isRunning) {
                store.out().println("start the gateway: postseal run -c " + places.config());
                store.out()
                        .println("until then mail waits in Postfix's queue; then run the same command again, which"
                                + " sends a trial message");
            }
        }
        return ExitCode.OK;
    }

    private void undo(SetupPlaces places) {
        Optional<Path> folder = Optional.ofNullable(options.postfix).or(() -> PostfixFiles.changed(places.postfix()));
        new Undo(store, machine, places).undo(new PostfixSide(machine, folder, places));
    }

    /** Shows the plan, and makes what is not there. Returns whether there was something to make. */
    private boolean run(SetupPlaces places, List<Step> steps, PostfixSide postfix) {
        List<Step> open = new ArrayList<>();
        store.out().println("setup of " + store.configFile() + ":");
        for (Step each : steps) {
            boolean isDone = each.isDone().getAsBoolean();
            store.out().println((isDone ? "  is there  " : "  to make   ") + each.what());
            if (!isDone) {
                open.add(each);
            }
        }
        if (isApplied || dryRun.isWanted()) {
            postfix.commands().forEach(line -> store.out().println("    " + line));
        }
        postfix.warnings().forEach(each -> {
            store.warn("Postfix: " + each.what());
            store.hint(each.hint());
        });
        if (open.isEmpty()) {
            store.out().println("everything is there: nothing has been changed");
            return false;
        }
        if (dryRun.isWanted()) {
            store.out().println(Options.count(open, "step") + " to make" + dryRun.remark());
            return false;
        }
        if (!isSure
                && terminal()
                        .map(ask -> ask.apply("Go on? [yes] ").strip())
                        .orElse("")
                        .matches("(?i)n.*")) {
            throw new CommandFailure(ExitCode.USAGE, "nothing has been written");
        }
        make(places, open);
        return true;
    }

    private void make(SetupPlaces places, List<Step> open) {
        try (SetupTurn _ = SetupTurn.take(places)) {
            for (Step each : open) {
                // A step may have been made by one before it, or by another setup
                if (!each.isDone().getAsBoolean()) {
                    store.out().println("making " + each.what());
                    each.work().run();
                    after.accept(each);
                }
            }
        }
    }

    private List<Domain> known(SetupPlaces places, PostfixSide postfix) {
        List<Domain> written = ConfigFiles.domainsOf(places);
        return written.isEmpty()
                ? postfix.domains().stream()
                        .map(Domain::parse)
                        .flatMap(Optional::stream)
                        .toList()
                : written;
    }

    private void writable(SetupPlaces places, SetupProblems problems) {
        for (Path folder :
                new LinkedHashSet<>(List.of(places.config().resolveSibling(""), places.state(), places.log()))) {
            Path present = existing(folder);
            if (!Files.isDirectory(present) || !machine.isWritable().test(present)) {
                problems.add(ExitCode.INPUT_OUTPUT, present + " cannot be written", "run this as root");
            }
        }
    }

    /** Returns the folder itself, or the nearest one above it that is there. */
    private static Path existing(Path folder) {
        Path above = folder.getParent();
        return Files.exists(folder) || above == null ? folder : existing(above);
    }

    private void taken(List<String> names, SetupPorts ports, boolean isNeeded, SetupProblems problems) {
        for (String name : names) {
            int number = ports.number(name);
            if (isNeeded && !machine.isFree().test(number)) {
                problems.add(
                        ExitCode.UNAVAILABLE,
                        "port " + number + " (" + name + ") is in use",
                        "see ss -ltnp, or choose another: --port " + name + "=NUMBER");
            }
        }
    }

    private static int portOf(PostfixWish wish) {
        return wish.places().listeners().getFirst().address().getPort();
    }

    /** Returns what asks somebody; empty if nobody is there, or is to be asked. */
    private Optional<UnaryOperator<String>> terminal() {
        if (isSure || store.terminalWidth().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(question -> {
            store.out().print(question);
            store.out().flush();
            try {
                String line = lines().readLine();
                if (line == null) {
                    throw new CommandFailure(ExitCode.USAGE, "the input has ended, and nothing has been written");
                }
                return line;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private BufferedReader lines() {
        BufferedReader present = reader;
        if (present == null) {
            present = new BufferedReader(new InputStreamReader(store.in(), StandardCharsets.UTF_8));
            reader = present;
        }
        return present;
    }
}
