package org.postseal.gateway.admin.cli.journal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Listing;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.SharedDatabase;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.road.fleet.FleetView;
import org.postseal.gateway.road.journal.JournalFile;
import org.postseal.gateway.road.journal.Suspect;
import org.postseal.gateway.road.journal.SuspectKey;
import org.postseal.gateway.road.journal.Suspects;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "suspects",
        description = "List the messages that were on their way when the gateway died,"
                + " or that hung, or take one off the list.",
        footer = {
            "",
            "DEATHS counts crashes, and HANGS says how many of them were hangs that the gateway survived."
                    + " After one or two deaths a message is tried",
            "alone, unless all of them were hangs; after three it is no longer looked into. In a fleet, all gateways"
                    + " count together.",
            "",
            "  postseal journal suspects",
            "  postseal journal suspects --forget 5f0c...        # as if it had never been tried"
        })
final class JournalSuspectsCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = "--forget",
            paramLabel = "KEY",
            converter = KeyConverter.class,
            description = "take this message off the list; a running gateway knows when it comes again")
    private @Nullable SuspectKey forgotten;

    @Mixin
    private Options.Json json = new Options.Json();

    JournalSuspectsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        SuspectKey key = forgotten;
        if (key != null) {
            forget(key);
            return ExitCode.OK;
        }
        List<Suspect> suspects = suspects();
        new Listing<Suspect>(shell, json.isWanted(), JournalSuspectsCommand::members)
                .column("LAST", suspect -> suspect.last().toString())
                .column("DEATHS", suspect -> String.valueOf(suspect.deaths()))
                .column("HANGS", suspect -> String.valueOf(suspect.hangs()))
                .column("KEY", suspect -> suspect.key().hex())
                .print(suspects, Options.count(suspects, "suspect"));
        return ExitCode.OK;
    }

    private List<Suspect> suspects() {
        return SharedDatabase.of(shell)
                .map(database -> database.read(FleetView::suspects))
                .orElseGet(() -> JournalCommands.read(shell, JournalFile::suspects));
    }

    private void forget(SuspectKey key) {
        Suspect known = suspects().stream()
                .filter(suspect -> suspect.key().equals(key))
                .findFirst()
                .orElseThrow(() -> none(key));
        shell.handOver(
                shell.config(),
                "the removal",
                "journal-forget",
                "suspect:" + key.hex(),
                List.of("deaths " + known.deaths(), "hangs " + known.hangs(), "last " + known.last()));
        boolean isForgotten = SharedDatabase.of(shell)
                .map(database -> database.<Boolean>read(view -> view.forget(key)))
                .orElseGet(() -> JournalCommands.<Boolean>read(shell, file -> Suspects.forget(file, key)));
        if (!isForgotten) {
            throw none(key);
        }
    }

    private static CommandFailure none(SuspectKey key) {
        return new CommandFailure(ExitCode.REFUSED, "there is no suspect " + key.hex(), "postseal journal suspects");
    }

    private static Map<String, Object> members(Suspect suspect) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("key", suspect.key().hex());
        members.put("deaths", suspect.deaths());
        members.put("hangs", suspect.hangs());
        members.put("last", suspect.last());
        return members;
    }

    /** Reads a key in hexadecimal digits. */
    static final class KeyConverter implements ITypeConverter<SuspectKey> {
        @Override
        public SuspectKey convert(String text) {
            try {
                return new SuspectKey(text);
            } catch (IllegalArgumentException malformed) {
                throw new TypeConversionException("must be the 64 digits of a key, not '" + text + "'");
            }
        }
    }
}
