package org.postseal.gateway.app.timestamp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.postseal.certstore.revocation.RevocationList;
import org.postseal.gateway.audit.chain.KeptStamp;
import org.postseal.gateway.audit.chain.Stamp;
import org.postseal.gateway.smime.timestamp.TimestampVerdict;
import org.postseal.gateway.smime.timestamp.TimestampVerifier;

/** Reads what a {@link StampFolder} holds, and says what each stamp is worth. */
public final class KeptStamps {
    private KeptStamps() {}

    /**
     * Returns the stamps of a folder that was kept elsewhere than the log, by name; there are none if there is no such
     * folder.
     *
     * @throws IOException if a stamp or a list cannot be read
     */
    public static List<KeptStamp> elsewhere(Path folder, TimestampVerifier verifier) throws IOException {
        List<KeptStamp> stamps = new ArrayList<>();
        TimestampVerifier knowing = verifier.knowing(StampLists.read(filesOf(folder, StampFolder.LISTS)));
        for (Path file : filesOf(folder, StampFolder.STAMP)) {
            stamps.add(judged(file, knowing, true));
        }
        return stamps;
    }

    /**
     * Returns the stamps of the folder beside the log. Those that cannot be read are among them: somebody who may write
     * there must not be able to prevent a verification of the log.
     */
    public static List<KeptStamp> besideLog(Path folder, TimestampVerifier verifier) {
        List<KeptStamp> stamps = new ArrayList<>();
        try {
            TimestampVerifier knowing = verifier.knowing(lists(filesOf(folder, StampFolder.LISTS), stamps));
            for (Path file : filesOf(folder, StampFolder.STAMP)) {
                try {
                    stamps.add(judged(file, knowing, false));
                } catch (IOException e) {
                    stamps.add(unreadable(file, e));
                }
            }
        } catch (IOException e) {
            stamps.add(unreadable(folder, e));
        }
        return stamps;
    }

    /** Returns the readable lists, each once. Files that cannot be read are added to the stamps. */
    private static List<RevocationList> lists(List<Path> files, List<KeptStamp> stamps) throws IOException {
        List<Path> readable = new ArrayList<>();
        for (Path file : files) {
            try {
                List<RevocationList> _ = StampLists.read(List.of(file));
                readable.add(file);
            } catch (IOException e) {
                stamps.add(unreadable(file, e));
            }
        }
        return StampLists.read(readable);
    }

    /**
     * Reads a stamp that was kept elsewhere, with the checkpoint beside it and, if they are there, the lists.
     *
     * @throws IOException if one of these files cannot be read
     */
    public static KeptStamp read(Path stamp, TimestampVerifier verifier) throws IOException {
        Path lists = stamp.resolveSibling(StampFolder.name(stamp) + StampFolder.LISTS);
        return judged(stamp, isThere(lists) ? verifier.knowing(StampLists.read(List.of(lists))) : verifier, true);
    }

    /**
     * Returns whether a file is there. Files.exists would also say no if it may not look, so this throws in that case.
     * Links are followed, since these files are read through them too.
     */
    private static boolean isThere(Path file) throws IOException {
        try {
            BasicFileAttributes _ = Files.readAttributes(file, BasicFileAttributes.class);
            return true;
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    private static KeptStamp judged(Path stamp, TimestampVerifier verifier, boolean isElsewhere) throws IOException {
        String name = stamp.toAbsolutePath().getFileName().toString();
        Path checkpoint = stamp.resolveSibling(
                name.substring(0, name.length() - StampFolder.STAMP.length()) + StampFolder.CHECKPOINT);
        byte[] octets = StampFolder.bounded(checkpoint);
        Stamp worth = switch (verifier.verify(octets, StampFolder.bounded(stamp))) {
            case TimestampVerdict.Stamped stamped -> good(stamped);
            case TimestampVerdict.Rejected rejected -> new Stamp.Bad("the authority has refused: " + rejected.why());
            case TimestampVerdict.Unbelieved unbelieved -> new Stamp.Bad(unbelieved.why());
        };
        return new KeptStamp(name, octets, worth, isElsewhere);
    }

    /** Returns the stamp as the audit log describes it. */
    public static Stamp.Good good(TimestampVerdict.Stamped stamped) {
        return new Stamp.Good(
                stamped.time(),
                stamped.accuracy(),
                stamped.authority(),
                stamped.revocation().toString());
    }

    private static KeptStamp unreadable(Path file, IOException e) {
        String message = String.valueOf(e.getMessage());
        String why = switch (e) {
            case NoSuchFileException _ -> message + ": no such file";
            case AccessDeniedException _ -> message + ": permission denied";
            case NotDirectoryException _ -> message + " is no folder";
            default -> message;
        };
        String name = file.toAbsolutePath().getFileName().toString();
        return new KeptStamp(name, new byte[0], new Stamp.Unreadable(why), false);
    }

    private static List<Path> filesOf(Path folder, String suffix) throws IOException {
        return Files.notExists(folder) ? List.of() : files(folder, suffix);
    }

    /** Returns the files of a folder whose names have this ending, by name. */
    static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw new IOException(folder + ": " + e.getMessage(), e);
        }
    }
}
