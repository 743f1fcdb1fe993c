package org.postseal.gateway.admin.cli.rollout;

import java.nio.file.Path;
import java.util.List;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.OutputFolder;
import org.postseal.gateway.admin.rollout.RolloutFile;
import picocli.CommandLine.Option;

/** {@code --out}, for commands that make a folder of files. */
final class NewFolder {
    @Option(names = "--out", required = true, paramLabel = "DIR", description = "the folder to make")
    private Path path = Path.of("");

    Path path() {
        return path;
    }

    /** Makes the same check as {@link OutputFolder#demandPossible}; a command calls it before it opens a key. */
    void demandPossible() {
        output().demandPossible();
    }

    /** Makes the folder, or leaves nothing behind. */
    void write(List<RolloutFile> files) {
        try (OutputFolder.Filled filled = output().fill(files.stream()
                .map(file -> new OutputFolder.Content(file.name(), file.octets(), file.isSecret()))
                .toList())) {
            filled.publish();
        }
    }

    private OutputFolder output() {
        return new OutputFolder(path, false, ExitCode.USAGE, "name another, or remove it: it may hold secrets in use");
    }
}
