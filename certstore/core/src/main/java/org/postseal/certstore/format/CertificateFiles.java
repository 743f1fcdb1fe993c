package org.postseal.certstore.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Reads files into a {@link CertificateFile}, and guards against what somebody may have put into a directory. */
public final class CertificateFiles {
    /** The most files of one directory. */
    public static final int MAX_FILES = 10_000;

    private CertificateFiles() {}

    /** Reads a file that somebody named. A link is followed, since the person named the link. */
    public static CertificateFile read(Path file, ReadOptions options) {
        return read(file, options, new OpenOption[] {StandardOpenOption.READ});
    }

    /**
     * Reads the octets of a file.
     *
     * @param name the name for messages
     */
    public static CertificateFile read(String name, byte[] octets, ReadOptions options) {
        return FormatReader.read(name, octets, options);
    }

    /** Reads a stream, up to one octet more than a file may have. */
    public static CertificateFile read(String name, InputStream in, ReadOptions options) {
        try {
            return read(name, in.readNBytes(CertificateFile.MAX_OCTETS + 1), options);
        } catch (IOException e) {
            return refused(name, Refusal.UNREADABLE, "cannot be read");
        }
    }

    /**
     * Reads the files of a directory in the order of their names. Subdirectories and hidden files are passed over.
     * Links and everything else that is not a regular file are refused, so that nobody can make the importer read a
     * file that they may not read themselves.
     */
    public static List<CertificateFile> readDirectory(Path directory, ReadOptions options) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path each : stream) {
                if (each.getFileName().toString().startsWith(".")
                        || Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                    continue;
                }
                if (files.size() == MAX_FILES) {
                    return List.of(
                            refused(directory.toString(), Refusal.TOO_MANY, "more than " + MAX_FILES + " files in it"));
                }
                files.add(each);
            }
        } catch (IOException | DirectoryIteratorException e) {
            return List.of(refused(directory.toString(), Refusal.UNREADABLE, "directory cannot be read"));
        }
        files.sort(null);
        List<CertificateFile> results = new ArrayList<>();
        for (Path each : files) {
            results.add(
                    Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)
                            ? read(each, options, new OpenOption[] {StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS})
                            : refused(each.toString(), Refusal.UNREADABLE, "no regular file"));
        }
        return results;
    }

    private static CertificateFile read(Path file, ReadOptions options, OpenOption[] how) {
        try (InputStream in = Files.newInputStream(file, how)) {
            return read(file.toString(), in, options);
        } catch (IOException e) {
            return refused(file.toString(), Refusal.UNREADABLE, "cannot be opened");
        }
    }

    private static CertificateFile refused(String name, Refusal refusal, String message) {
        return new CertificateFile.Refused(refusal, new FormatProblem(Position.file(name), message));
    }
}
