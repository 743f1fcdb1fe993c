package org.postseal.gateway.audit.search;

import java.nio.file.Path;
import java.util.List;

/**
 * The indexes that were made anew, and those that were not.
 *
 * @param files of the log whose index was made
 * @param failures files whose index cannot be made, and why, in words
 */
public record MadeIndexes(List<Path> files, List<String> failures) {
    public MadeIndexes {
        files = List.copyOf(files);
        failures = List.copyOf(failures);
    }
}
