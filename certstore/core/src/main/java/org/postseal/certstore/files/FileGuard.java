package org.postseal.certstore.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says whether anybody else can read or change a file that the gateway depends on. It is the one rule for the
 * configuration, the policy, logins, passwords, keys and trust anchors. Not thread-safe. Each finding is reported once.
 *
 * <p>A file is refused if everybody on the machine can read a secret in it, write it, or replace it in one of the
 * folders above it. If only one group can write it, or one other user owns it, there is a warning, since that may be
 * intended. In a folder with the sticky bit (such as {@code /tmp}) nobody can replace what belongs to others. Symbolic
 * links are followed one by one, and each is checked where it stands and where it leads to. A secret that everybody may
 * read is safe in a folder that nobody else may enter.
 */
public final class FileGuard {
    private final Set<String> told = new HashSet<>();
    private final Set<Integer> trusted;

    /** Trusts root and the user of this process. */
    public FileGuard() {
        this(Stream.concat(Stream.of(ROOT), entry(Path.of("/proc/self")).map(Entry::user).stream())
                .collect(Collectors.toUnmodifiableSet()));
    }

    FileGuard(Set<Integer> trusted) {
        this.trusted = trusted;
    }

    /** Says what a file is for. */
    public enum Use {
        /** The file holds a private key or a password, so reading it is enough to misuse it. */
        SECRET,
        /** The file tells the gateway what to do, so writing it is enough to misuse it. */
        RULE
    }

    /**
     * Something that others can do with a file.
     *
     * @param isRefused whether the gateway must not use this file
     * @param text a text for the administrator, with the command that fixes it
     */
    public record Finding(boolean isRefused, String text) {}

    /** Checks a file or folder and all folders above it. It returns nothing for a file that does not exist. */
    public List<Finding> look(Path path, Use use) {
        List<Finding> found = new ArrayList<>();
        try {
            Path written = path.toAbsolutePath();
            Path real = written.toRealPath();
            way(written).forEach(entry -> onTheWay(entry, found));
            boolean isReachable = Stream.iterate(real.getParent(), Objects::nonNull, Path::getParent)
                    .flatMap(folder -> entry(folder).stream())
                    .allMatch(folder -> folder.may(OTHERS_ENTER));
            entry(real).ifPresent(entry -> itself(entry, use, isReachable, found));
        } catch (IOException absent) {
            return List.of();
        }
        return found.stream().filter(finding -> told.add(finding.text())).toList();
    }

    /**
     * Returns all folders in which a name is looked up until a path is followed to its end, and all links among the
     * names.
     */
    private static List<Entry> way(Path path) throws IOException {
        Map<Path, Entry> way = new LinkedHashMap<>();
        Deque<Path> names = new ArrayDeque<>();
        path.forEach(names::add);
        Path top = path.getRoot();
        Path at = top;
        for (int links = 0; !names.isEmpty() && links <= MOST_LINKS; ) {
            Path folder = at;
            entry(folder).ifPresent(entry -> way.putIfAbsent(folder, entry));
            Path name = names.pop();
            Path next = folder.resolve(name);
            if (name.toString().equals("..")) {
                at = Objects.requireNonNullElse(folder.getParent(), top);
            } else if (Files.isSymbolicLink(next)) {
                links++;
                entry(next, LinkOption.NOFOLLOW_LINKS).ifPresent(entry -> way.putIfAbsent(next, entry));
                Path target = Files.readSymbolicLink(next);
                at = target.isAbsolute() ? top : folder;
                for (int i = target.getNameCount() - 1; i >= 0; i--) {
                    names.push(target.getName(i));
                }
            } else if (!name.toString().equals(".")) {
                at = next;
            }
        }
        return List.copyOf(way.values()).reversed();
    }

    private void onTheWay(Entry entry, List<Finding> found) {
        if (entry.isFolder() && !entry.may(STICKY)) {
            writers(entry, "o-w", found);
        }
        owner(entry, found);
    }

    private void itself(Entry entry, Use use, boolean isReachable, List<Finding> found) {
        String mend = use == Use.SECRET ? "o-rwx" : "o-w";
        writers(entry, mend, found);
        if (use == Use.SECRET && isReachable && entry.may(OTHERS_READ) && !entry.may(OTHERS_WRITE)) {
            found.add(new Finding(
                    true, "everybody can read the secret in " + entry.name() + ": chmod " + mend + " " + entry.name()));
        }
        owner(entry, found);
    }

    private static void writers(Entry entry, String mend, List<Finding> found) {
        String where = (entry.isFolder() ? "write to the folder " : "write to ") + entry.name();
        if (entry.may(OTHERS_WRITE)) {
            found.add(new Finding(true, "everybody can " + where + ": chmod " + mend + " " + entry.name()));
        }
        if (entry.isForeignGroup()) {
            found.add(
                    new Finding(false, "the group " + entry.group() + " can " + where + ": chmod g-w " + entry.name()));
        }
    }

    private void owner(Entry entry, List<Finding> found) {
        if (!trusted.contains(entry.user()) && !trusted.equals(Set.of(ROOT))) {
            found.add(new Finding(
                    false,
                    entry.name() + " belongs to " + entry.owner() + ", who can change it: chown "
                            + (entry.isLink() ? "-h " : "") + "root " + entry.name()));
        }
    }

    /** A file or folder at this moment. */
    private record Entry(Path path, int mode, int user, String owner, String group) {
        boolean may(int bit) {
            return (mode & bit) != 0;
        }

        boolean isFolder() {
            return (mode & KIND) == FOLDER;
        }

        boolean isLink() {
            return (mode & KIND) == LINK;
        }

        /** Returns the path with control characters replaced, so that it fits in a line of text. */
        String name() {
            return path.toString().replaceAll("\\p{Cntrl}", "?");
        }

        /**
         * Returns true if another group may write. Many systems give each user a group of the same name, and root's
         * group is root.
         */
        boolean isForeignGroup() {
            return may(GROUP_WRITE) && !group.equals(owner) && !group.equals("root");
        }
    }

    private static Optional<Entry> entry(Path path, LinkOption... options) {
        try {
            Map<String, Object> found = Files.readAttributes(path, "unix:mode,uid,owner,group", options);
            return Optional.of(new Entry(
                    path,
                    (Integer) Objects.requireNonNull(found.get("mode")),
                    (Integer) Objects.requireNonNull(found.get("uid")),
                    String.valueOf(found.get("owner")),
                    String.valueOf(found.get("group"))));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    // Linux follows the same number of links.
    private static final int MOST_LINKS = 40;
    private static final int ROOT = 0;
    private static final int KIND = 0170000;
    private static final int FOLDER = 0040000;
    private static final int LINK = 0120000;
    private static final int STICKY = 01000;
    private static final int GROUP_WRITE = 020;
    private static final int OTHERS_READ = 04;
    private static final int OTHERS_WRITE = 02;
    private static final int OTHERS_ENTER = 01;
}
