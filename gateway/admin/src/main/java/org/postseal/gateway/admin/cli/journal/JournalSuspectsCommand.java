package org.postseal.gateway.admin.cli.journal;

import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.Suspect;
import org.postseal.gateway.road.journal.SuspectFile;
import org.postseal.gateway.road.journal.SuspectKey;
import org.postseal.gateway.road.journal.Suspects;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "suspects",
        description =
                "List messages that were on their way when the gateway died, or that hung, or take one out of the list.",
        footer = {
            "",
            "  postseal journal suspects          # DEATHS, of which HANGS it hung and the gateway went on:",
            "                                     # 1, 2: tried alone, if it has not only hung; 3 and more: not looked into any more",
            "  postseal journal suspects --forget 5f0c...        # as if it had never been tried"
        })
final class JournalSuspectsCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = "--forget",
            paramLabel = "KEY",
            converter = KeyConverter.class,
            description = "take this one out of the list; a gateway that runs knows at once")
    private @Nullable SuspectKey forgotten;

    @Option(names = "--json", description = "one JSON object a line")
    private boolean isJson;

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
        print(JournalCommands.read(shell, JournalSuspectsCommand::list));
        return ExitCode.OK;
    }

    private void forget(SuspectKey key) {
        Suspect known = JournalCommands.read(shell, JournalSuspectsCommand::list).stream()
                .filter(suspect -> suspect.key().equals(key))
                .findFirst()
                .orElseThrow(() -> none(key));
        shell.handOver(
                shell.config(),
                "what is forgotten",
                "journal-forget",
                "suspect:" + key.hex(),
                List.of("deaths " + known.deaths(), "hangs " + known.hangs(), "last " + known.last()));
        if (!JournalCommands.<Boolean>read(shell, file -> SuspectFile.forget(Suspects.file(file), key))) {
            throw none(key);
        }
    }

    private static CommandFailure none(SuspectKey key) {
        return new CommandFailure(ExitCode.REFUSED, "there is no suspect " + key.hex(), "postseal journal suspects");
    }

    private static List<Suspect> list(Path file) throws JournalException {
        return SuspectFile.list(Suspects.file(file));
    }

    private void print(List<Suspect> suspects) {

        if (isJson) {
            suspects.forEach(suspect -> shell.out().println(JsonText.line(map(suspect))));
            return;
        }
        shell.out().printf(LINE, "LAST", "DEATHS", "HANGS", "KEY");
        suspects.forEach(suspect -> shell.out()
                .printf(
                        LINE,
                        suspect.last(),
                        suspect.deaths(),
                        suspect.hangs(),
                        suspect.key().hex()));
    }

    private static Map<String, Object> map(Suspect suspect) {
        Map<String, Object> map = new LinkedHashMap<>();
        Instant last = suspect.last();
        map.put("key", suspect.key().hex());
        map.put("deaths", suspect.deaths());
        map.put("hangs", suspect.hangs());
        map.put("last", last.toString());
        return map;
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

    private static final String LINE = "%-24s  %6s  %5s  %s%n";
}
