package org.postseal.gateway.admin.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.offline.OfflineResult;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.FileWork;
import org.postseal.gateway.admin.cli.support.OutputFolder;

/**
 * The folder of {@code filter --out}. It appears with all its files or not at all. A folder that an earlier run made is
 * replaced.
 */
final class FilterOutput {
    private final Path folder;

    FilterOutput(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** @throws CommandFailure when the path holds something that no earlier run made */
    void check() {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder) || !files(folder).stream().allMatch(FilterOutput::isOurs)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    folder + " holds something else than the result of an earlier run",
                    "give a new or empty folder to --out");
        }
    }

    /** @throws CommandFailure when the folder cannot be written; the old one then stays as it was */
    void write(OfflineResult result) {
        FileWork.change(folder + " cannot be written", () -> writeAll(result));
    }

    private void writeAll(OfflineResult result) throws IOException {
        Path parent = Optional.ofNullable(folder.getParent()).orElse(folder);
        Files.createDirectories(parent);
        Path fresh = Files.createTempDirectory(parent, ".postseal-filter-");
        try {
            for (int i = 0; i < result.units().size(); i++) {
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fresh.resolve(unitName(i))))) {
                    result.units().get(i).octets().writeTo(out);
                }
            }
            Files.writeString(fresh.resolve(DECISION), DecisionJson.of(result), StandardCharsets.UTF_8);
            if (Files.exists(folder)) {
                OutputFolder.remove(folder);
            }
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            if (Files.exists(fresh)) {
                OutputFolder.remove(fresh);
            }
        }
    }

    /** Returns {@code unit-01.eml} for index 0. */
    static String unitName(int index) {
        return String.format("unit-%02d.eml", index + 1);
    }

    private static boolean isOurs(Path file) {
        return Files.isRegularFile(file)
                && OURS.matcher(String.valueOf(file.getFileName())).matches();
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, directory + " cannot be read: " + e.getMessage());
        }
    }

    private static final String DECISION = "decision.json";
    private static final Pattern OURS = Pattern.compile("unit-\\d{2,}\\.eml|decision\\.json");
}
