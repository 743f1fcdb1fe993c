package org.postseal.gateway.admin.cli.postfix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.FileWork;
import org.postseal.gateway.admin.cli.support.OutputFile;
import org.postseal.gateway.admin.cli.support.OutputFolder;

/**
 * Holds the files of a Postfix and the two states that were kept when they were changed: {@code before} and {@code
 * after}. They are kept before the first file is changed, so that each file of Postfix is one or the other, whatever
 * happens meanwhile. The file that names the folder of Postfix is written last and removed first: without it, nothing
 * is kept.
 */
public final class PostfixFiles {
    private final Postconf postconf;
    private final Path folder;
    private final Path kept;
    private final Path made;

    /**
     * @param folder the folder with {@code main.cf} and {@code master.cf}
     * @param kept the folder with the kept states, which need not exist
     */
    public PostfixFiles(Postconf postconf, Path folder, Path kept) {
        this.postconf = postconf;
        this.folder = folder;
        this.kept = kept;
        this.made = kept.resolveSibling(kept.getFileName() + ".new");
        if (!isKept() && Files.exists(made.resolve(PLACE))) {
            FileWork.change(CHANGED, this::keep);
        }
    }

    /** Returns the folder whose files are to be changed: as they were, if an earlier change was interrupted. */
    public Path base() {
        return isKept() && all(this::isKnown) && !all(name -> is(AFTER, name)) ? kept.resolve(BEFORE) : folder;
    }

    /** Returns true if somebody has changed the files since both states were kept. */
    public boolean isChangedSince() {
        return isKept() && !all(this::isKnown);
    }

    /** Returns true if both states are kept. */
    public boolean isKept() {
        return Files.exists(kept.resolve(PLACE));
    }

    /** Returns the folder whose files an earlier change has kept here; empty if there is none. */
    public static Optional<Path> changed(Path kept) {
        return named(kept.resolve(PLACE));
    }

    /** Returns the folder that a file names; empty if there is no such file. */
    public static Optional<Path> named(Path file) {
        return Files.exists(file)
                ? Optional.of(FileWork.read(
                        file + " cannot be read",
                        () -> Path.of(Files.readString(file).strip())))
                : Optional.empty();
    }

    /** Ends the command if what is kept belongs to another Postfix. */
    public void demandSame() {
        changed(kept).filter(place -> !place.equals(real())).ifPresent(place -> {
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    "setup has changed the Postfix in " + place + ", and not that in " + folder,
                    "--postfix " + place + ", and --undo before another Postfix is changed");
        });
    }

    private Path real() {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            return folder.toAbsolutePath().normalize();
        }
    }

    /**
     * Keeps both states, and puts the second in place. After an earlier change, the first remains what it was before
     * that.
     */
    public void change(Path after) {
        Path before = isKept() ? kept.resolve(BEFORE) : folder;
        FileWork.change(CHANGED, () -> {
            remove(made);
            for (Map.Entry<String, Path> state :
                    Map.of(BEFORE, before, AFTER, after).entrySet()) {
                Path place = Files.createDirectories(made.resolve(state.getKey()));
                for (String name : PostfixPlan.FILES) {
                    OutputFile.make(
                            place.resolve(name),
                            Files.readAllBytes(state.getValue().resolve(name)),
                            SECRET,
                            true);
                }
            }
            OutputFile.make(made.resolve(PLACE), (real() + "\n").getBytes(StandardCharsets.UTF_8), SECRET, true);
            keep();
        });
        // The services come first: a setting that leads to one that is not there would stop mail
        install(AFTER, PostfixPlan.FILES.reversed());
    }

    private void keep() throws IOException {
        remove(kept);
        Files.move(made, kept, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Takes the change back.
     *
     * @return what somebody has changed since, and stays therefore
     */
    public List<String> undo() {
        List<String> left = new ArrayList<>();
        if (all(this::isKnown)) {
            install(BEFORE, PostfixPlan.FILES);
        } else {
            takeBack("-n", "-e", "-X", left);
            takeBack("-P", "-P", "-PX", left);
            takeBack("-M", "-M", "-MX", left);
        }
        FileWork.change(CHANGED, () -> {
            // An interrupted change may have left it, and it must not take the place of what is undone
            remove(made);
            remove(kept);
        });
        return left;
    }

    /** Takes back each setting and each added service that is as it was after the change. */
    private void takeBack(String list, String set, String remove, List<String> left) {
        Map<String, String> before = values(state(BEFORE), list);
        Map<String, String> after = values(state(AFTER), list);
        Map<String, String> now = values(postconf, list);
        Set<String> services = values(state(BEFORE), "-M").keySet();
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        // Postfix tells it of each folder that it does not take by itself
        names.remove("config_directory");
        List<PostfixEdit> edits = new ArrayList<>();
        for (String name : names) {
            String old = before.get(name);
            String present = now.get(name);
            // A service that was added goes as a whole, and one that was there gets single options back
            boolean isOther = !list.equals("-n") && services.contains(label(name)) == list.equals("-M");
            if (isOther || Objects.equals(old, after.get(name)) || Objects.equals(present, old)) {
                continue;
            }
            if (Objects.equals(present, after.get(name))) {
                edits.add(old == null ? new PostfixEdit(remove, name) : new PostfixEdit(set, name + "=" + old));
            } else if (list.equals("-M")) {
                left.add("the service " + name);
            } else {
                left.add(present == null ? name + ", which is gone" : name + " = " + present);
            }
        }
        postconf.change(edits);
    }

    /** Returns the service of an option, such as {@code back/unix/message_size_limit}, or of a label. */
    private static String label(String option) {
        String[] parts = option.split("/", 3);
        return parts[0] + "/" + parts[1];
    }

    private static Map<String, String> values(Postconf state, String list) {
        if (!list.equals("-M")) {
            return state.values(list);
        }
        Map<String, String> lines = new LinkedHashMap<>();
        state.lines(list).stream()
                .map(line -> line.split("\\s+", 3))
                .filter(words -> words.length == 3)
                .forEach(words -> lines.put(words[0] + "/" + words[1], words[2]));
        return lines;
    }

    private Postconf state(String name) {
        return postconf.in(kept.resolve(name));
    }

    private void install(String state, List<String> names) {
        FileWork.change(CHANGED, () -> {
            for (String name : names) {
                Path target = folder.resolve(name).toRealPath();
                byte[] octets = Files.readAllBytes(kept.resolve(state).resolve(name));
                try (OutputFile output = OutputFile.write(target, octets, SECRET, true)) {
                    output.asReplaced().publish();
                }
            }
        });
    }

    private boolean isKnown(String name) {
        return is(BEFORE, name) || is(AFTER, name);
    }

    private boolean is(String state, String name) {
        return FileWork.read(
                "the files of Postfix cannot be read",
                () -> Files.mismatch(folder.resolve(name), kept.resolve(state).resolve(name)) < 0);
    }

    private static boolean all(Predicate<String> fits) {
        return PostfixPlan.FILES.stream().allMatch(fits);
    }

    private static void remove(Path place) throws IOException {
        if (Files.isDirectory(place)) {
            Files.deleteIfExists(place.resolve(PLACE));
            OutputFolder.remove(place);
        }
    }

    private static final String CHANGED = "the files of Postfix cannot be changed";
    private static final String SECRET = "rw-------";
    /** This file names the folder to which the states belong. */
    private static final String PLACE = "folder";

    private static final String BEFORE = "before";
    private static final String AFTER = "after";
}
