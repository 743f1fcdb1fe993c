package org.postseal.certstore.files;

import java.util.List;

/** The outcome of reading a store directory: either the whole store, or everything that is wrong with it. */
public sealed interface StoreLoad {
    /** Everything was read. */
    record Loaded(FileCertificateStore store) implements StoreLoad {}

    /** Nothing may be used until these problems are solved. */
    record Refused(List<StoreProblem> problems) implements StoreLoad {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
