package org.postseal.gateway.admin.cli.directory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.config.DirectoryConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "sync",
        description = "Bring the copies of directory servers in the database up to date.",
        footer = {
            "",
            "A running gateway does the same by itself, and sees within a second what this command changes."
                    + " Only one process works on a copy at a time:",
            "--once waits a little for the other one, and --follow goes on when the other one has ended.",
            "Exit code: 0 done, or stopped; 75 a server could not be copied, and its copy stays in use as it is.",
            "",
            "  postseal directory sync --once corp"
        })
final class DirectorySyncCommand implements Callable<Integer> {
    private final StoreAccess store;
    private final Consumer<Runnable> stops;

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME",
            description = "servers with sync in the configuration; default: all of them")
    private List<String> names = new ArrayList<>();

    @Option(names = "--once", description = "copy once and say what has changed")
    private boolean isOnce;

    @Option(names = "--follow", description = "copy until SIGINT or SIGTERM, with a line for each change")
    private boolean isFollowing;

    @Option(names = "--full", description = "with --once: read everything anew, whatever position is kept")
    private boolean isFull;

    @Option(names = "--force", description = "with --once: copy even if more is gone than maxRemovedPercent allows")
    private boolean isForced;

    @Mixin
    private Options.Json json = new Options.Json();

    @Mixin
    private Options.Note note = new Options.Note();

    /** @param stops takes the action to run when the process is asked to stop */
    DirectorySyncCommand(StoreAccess store, Consumer<Runnable> stops) {
        this.store = store;
        this.stops = stops;
    }

    @Override
    public Integer call() {
        if (isOnce == isFollowing) {
            throw new WrongUse("give one of --once and --follow");
        }
        if (isFollowing && (isFull || isForced)) {
            throw new WrongUse("--full and --force need --once");
        }
        Map<String, DirectoryConfig.Mirror> all = new LinkedHashMap<>();
        store.config()
                .directory()
                .mirrors()
                .forEach(mirror -> all.put(mirror.server().name(), mirror));
        if (all.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    "no directory server is copied",
                    "add below the server in the configuration:  sync: {}");
        }
        List<DirectoryConfig.Mirror> wanted =
                List.copyOf(ServerChoice.of(all, names).values());
        return store.inDatabase(database -> {
            CopyRound copies = new CopyRound(store, database, note.text());
            if (isFollowing) {
                new CopyFollowing(copies, json.isWanted()).run(wanted, stops);
                return ExitCode.OK;
            }
            List<CopyRound.Done> done = wanted.stream()
                    .map(mirror -> copies.once(mirror, isForced, isFull))
                    .toList();
            if (json.isWanted()) {
                store.out()
                        .println(
                                JsonText.of(done.stream().map(SyncView::members).toList()));
            } else {
                done.forEach(
                        each -> SyncView.lines(each).forEach(line -> store.out().println(Printable.line(line))));
            }
            done.forEach(each -> each.failure()
                    .ifPresent(failure -> store.failure(
                            each.name() + ": " + failure.cause() + "; its copy stays in use as it is",
                            failure.hint())));
            return done.stream().allMatch(each -> each.failure().isEmpty()) ? ExitCode.OK : ExitCode.TRY_AGAIN;
        });
    }
}
