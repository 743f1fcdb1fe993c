package org.postseal.gateway.audit.evidence;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.chain.Segments;
import org.postseal.gateway.audit.chain.UnfinishedFile;

/** The folder with the evidence of a log ({@link AuditConfig#evidence()}), as the calling process can see it. */
public final class EvidenceFolder {
    private EvidenceFolder() {}

    /**
     * The files that cannot be read. A record that names one of them cannot be proven by it.
     *
     * @param files path and cause, of the first files or of the folder
     * @param count how many files there are
     */
    public record Unreadable(List<String> files, long count) {
        public Unreadable {
            files = List.copyOf(files);
        }
    }

    /**
     * Returns the folder with the evidence of a log, found by the name of one of its files.
     *
     * @param file the file in use or a full one, such as {@code audit-000000000001.jsonl.gz}
     */
    public static Path of(Path file) {
        return AuditConfig.of(Segments.inUse(file)).evidence();
    }

    /** Looks at all files. The folder need not exist. */
    public static Unreadable unreadable(Path folder) {
        List<String> first = new ArrayList<>();
        long count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (!file.toString().endsWith(UnfinishedFile.SUFFIX) && !Files.isReadable(file)) {
                    count++;
                    if (first.size() < MOST) {
                        first.add(file + ": " + FileFault.words(file, new AccessDeniedException(file.toString())));
                    }
                }
            }
        } catch (NoSuchFileException none) {
            return new Unreadable(List.of(), 0);
        } catch (DirectoryIteratorException e) {
            IOException cause = Objects.requireNonNullElseGet(e.getCause(), () -> new IOException(e));
            return new Unreadable(List.of(folder + ": " + FileFault.words(folder, cause)), 1);
        } catch (IOException e) {
            return new Unreadable(List.of(folder + ": " + FileFault.words(folder, e)), 1);
        }
        return new Unreadable(first, count);
    }

    private static final int MOST = 5;
}
