package org.postseal.certstore.files;

import java.nio.file.Path;

/**
 * A problem with the files of a store.
 *
 * @param file the file or directory that has the problem
 * @param message the problem in words for the administrator
 */
public record StoreProblem(Path file, String message) {
    @Override
    public String toString() {
        return file + ": " + message;
    }
}
