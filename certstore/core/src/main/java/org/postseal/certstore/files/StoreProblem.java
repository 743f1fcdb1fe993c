package org.postseal.certstore.files;

import java.nio.file.Path;

/**
 * One thing wrong with the files of a store.
 *
 * @param file the file or directory it is about
 * @param message what is wrong, in words for the admin
 */
public record StoreProblem(Path file, String message) {
    @Override
    public String toString() {
        return file + ": " + message;
    }
}
