package org.postseal.gateway.admin.cli.setup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
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
                    + " message; or one for mail servers on other machines, without their side.",
            "What it is not told, it asks. It shows what it will do before it writes anything, passes over what is"
                    + " there already, and goes on where it was interrupted."
        },
        footer = {
            "",
            "  postseal setup --apply",
            "  postseal setup --apply --yes --domain example.com --country DE --user alice@example.com",
            "  postseal setup --next-hop mail.example.com --peer 192.0.2.10",
            "  postseal setup --exchange-online example-com.mail.protection.outlook.com",
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
    private final BufferedReader typed;

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
        this.typed = new BufferedReader(new InputStreamReader(store.in(), StandardCharsets.UTF_8));
    }

    @Override
    public Integer call() {
        Site site = new Site(store, commands, machine, SetupPlaces.of(store.configFile()));
        options.demandFit();
        if (isUndone) {
            undo(site);
        } else {
            setUp(site);
        }
        return ExitCode.OK;
    }

    private void undo(Site site) {
        if (isApplied || dryRun.isWanted() || options.isRemote()) {
            throw new WrongUse("--undo goes with none of --apply, --dry-run, --next-hop and --exchange-online");
        }
        Runnable undo = () -> new Undo(site).undo(Optional.ofNullable(options.postfix));
        if (Files.isDirectory(site.places().kept())) {
            SetupTurn.hold(site.places(), undo);
        } else {
            undo.run();
        }
    }

    private void setUp(Site site) {
        if (terminal().isEmpty() && !isSure && !dryRun.isWanted()) {
            throw new CommandFailure(
                    ExitCode.USAGE, "there is no terminal to ask on", "--yes takes the defaults; see the flags");
        }
        SetupProblems problems = new SetupProblems();
        SetupPlan plan = SetupPlan.of(site, options, new Questions(options, terminal(), problems), isApplied, problems);
        boolean isRunning = isApplied && plan.isRunning();
        List<Step> open = shown(plan);
        if (open.isEmpty()) {
            store.out().println("everything is there: nothing has been changed");
        } else if (dryRun.isWanted()) {
            store.out().println(Options.count(open, "step") + " to make" + dryRun.remark());
        } else if (isWanted()) {
            SetupTurn.hold(site.places(), () -> open.forEach(this::make));
        } else {
            store.out().println("nothing has been written");
            return;
        }
        if (!dryRun.isWanted()) {
            plan.next().print(!open.isEmpty(), isApplied, isRunning);
        }
    }

    /** Shows the plan. Returns what is not there. */
    private List<Step> shown(SetupPlan plan) {
        List<Step> open = new ArrayList<>();
        store.out().println("setup of " + store.configFile() + ":");
        for (Step each : plan.steps(isApplied)) {
            boolean isDone = each.isDone().getAsBoolean();
            store.out().println((isDone ? "  is there  " : "  to make   ") + each.what());
            if (!isDone) {
                open.add(each);
            }
        }
        if (isApplied || dryRun.isWanted()) {
            plan.commands().forEach(line -> store.out().println("    " + line));
        }
        plan.warnings().forEach(each -> {
            store.warn("Postfix: " + each.what());
            store.hint(each.hint());
        });
        return open;
    }

    private boolean isWanted() {
        return terminal()
                .filter(ask -> ask.apply("Go on? [yes] ").strip().matches("(?i)n.*"))
                .isEmpty();
    }

    private void make(Step step) {
        // It may have been made by a step before it, or by another setup
        if (!step.isDone().getAsBoolean()) {
            store.out().println("making " + step.what());
            step.work().run();
            after.accept(step);
        }
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
                String line = typed.readLine();
                if (line == null) {
                    throw new CommandFailure(ExitCode.USAGE, "the input has ended, and nothing has been written");
                }
                return line;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
