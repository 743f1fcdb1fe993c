package org.postseal.gateway.admin.cli.postfix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.OutputFile;

/**
 * Holds the files of a Postfix and the two states that were kept when they were changed: {@code before} and {@code
 * after}. The kept states get their names at once, and before the first file is changed, so that each file of Postfix
 * is one or the other, whatever happens meanwhile.
 */
public final class PostfixFiles {
    private final Postconf postconf;
    private final Path folder;
    private final Path kept;

    /**
     * @param folder the folder with {@code main.cf} and {@code master.cf}
     * @param kept the folder with the kept states, which need not exist
     */
    public PostfixFiles(Postconf postconf, Path folder, Path kept) {
        this.postconf = postconf;
        this.folder = folder;
        this.kept = kept;
        Path old = beside(".old");
        if (Files.isDirectory(old) && Files.notExists(kept)) {
            tried(() -> Files.move(old, kept, StandardCopyOption.ATOMIC_MOVE));
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
        return Files.isDirectory(kept);
    }

    /** Returns the folder whose files an earlier change has kept here; empty if there is none. */
    public static Optional<Path> changed(Path kept) {
        return named(kept.resolve(PLACE));
    }

    /** Returns the folder that a file names; empty if there is no such file. */
    public static Optional<Path> named(Path file) {
        try {
            return Files.exists(file)
                    ? Optional.of(Path.of(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, file + " cannot be read: " + e);
        }
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
        tried(() -> {
            Path made = beside(".new");
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
            Path old = beside(".old");
            remove(old);
            if (isKept()) {
                Files.move(kept, old, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(made, kept, StandardCopyOption.ATOMIC_MOVE);
            remove(old);
        });
        // The services come first: a setting that leads to one that is not there would stop mail
        install(AFTER, PostfixPlan.FILES.reversed());
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
            services(left);
        }
        Path undone = beside(".undone");
        tried(() -> {
            remove(undone);
            // An interrupted change may have left it, and it must not take the place of what is undone
            remove(beside(".old"));
            Files.move(kept, undone, StandardCopyOption.ATOMIC_MOVE);
        });
        return left;
    }

    /** Takes back each setting that is as it was after the change. */
    private void takeBack(String list, String set, String remove, List<String> left) {
        Map<String, String> before = state(BEFORE).values(list);
        Map<String, String> after = state(AFTER).values(list);
        Map<String, String> now = postconf.values(list);
        List<PostfixEdit> edits = new ArrayList<>();
        for (String name : differing(before, after)) {
            Optional<String> old = Optional.ofNullable(before.get(name));
            String present = now.get(name);
            boolean isOfNewService = list.equals("-P") && isNew(name);
            if (Objects.equals(present, before.get(name)) || isOfNewService) {
                continue;
            }
            if (Objects.equals(present, after.get(name))) {
                edits.add(old.map(value -> new PostfixEdit(set, name + "=" + value))
                        .orElseGet(() -> new PostfixEdit(remove, name)));
            } else {
                left.add(present == null ? name + ", which is gone" : name + " = " + present);
            }
        }
        postconf.change(edits);
    }

    /** Removes each service that was added, and is as it was then. */
    private void services(List<String> left) {
        Map<String, String> after = lines(state(AFTER));
        Map<String, String> now = lines(postconf);
        List<PostfixEdit> edits = new ArrayList<>();
        after.forEach((label, line) -> {
            if (isNew(label + "/") && now.containsKey(label)) {
                if (line.equals(now.get(label))) {
                    edits.add(new PostfixEdit("-MX", label));
                } else {
                    left.add("the service " + label);
                }
            }
        });
        postconf.change(edits);
    }

    /** Returns true if the service of this option, such as {@code back/unix/message_size_limit}, was added. */
    private boolean isNew(String option) {
        String[] parts = option.split("/", -1);
        return !lines(state(BEFORE)).containsKey(parts[0] + "/" + parts[1]);
    }

    private static Map<String, String> lines(Postconf state) {
        Map<String, String> lines = new LinkedHashMap<>();
        state.lines("-M").forEach(line -> {
            String[] words = line.split("\\s+", 3);
            if (words.length == 3) {
                lines.put(words[0] + "/" + words[1], words[2]);
            }
        });
        return lines;
    }

    private static List<String> differing(Map<String, String> one, Map<String, String> other) {
        TreeSet<String> names = new TreeSet<>(one.keySet());
        names.addAll(other.keySet());
        // Postfix tells it of each folder that it does not take by itself
        names.remove("config_directory");
        return names.stream()
                .filter(name -> !Objects.equals(one.get(name), other.get(name)))
                .toList();
    }

    private Postconf state(String name) {
        return postconf.in(kept.resolve(name));
    }

    private void install(String state, List<String> names) {
        tried(() -> {
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
        try {
            return Arrays.equals(
                    Files.readAllBytes(folder.resolve(name)),
                    Files.readAllBytes(kept.resolve(state).resolve(name)));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, "the files of Postfix cannot be read: " + e);
        }
    }

    private static boolean all(Predicate<String> fits) {
        return PostfixPlan.FILES.stream().allMatch(fits);
    }

    private static void remove(Path place) throws IOException {
        if (Files.isDirectory(place)) {
            try (Stream<Path> all = Files.walk(place)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    private Path beside(String end) {
        return kept.resolveSibling(kept.getFileName() + end);
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void tried(Work work) {
        try {
            work.run();
        } catch (IOException | UncheckedIOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, "the files of Postfix cannot be changed: " + e);
        }
    }

    private static final String SECRET = "rw-------";
    /** This file names the folder to which the states belong. */
    private static final String PLACE = "folder";

    private static final String BEFORE = "before";
    private static final String AFTER = "after";
}
