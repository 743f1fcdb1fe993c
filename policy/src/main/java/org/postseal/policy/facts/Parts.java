package org.postseal.policy.facts;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postseal.policy.header.FieldReadings;

/**
 * The parts of one message: its root and what its multiparts hold, in the order of the octets. Attached messages and
 * encrypted content are not looked into. The parts are read when a condition first asks for them. The object remembers
 * the answers, because every rule asks again for every recipient. Thread-safe.
 */
public final class Parts {
    /** Stands for the media type of a root whose label mail programs read differently. */
    public static final String UNCLEAR = "unclear";

    private final String mediaType;
    private final Supplier<List<Part>> reader;
    // It is small at first, because most messages are never asked.
    private final IdentityHashMap<Object, Boolean> answers = new IdentityHashMap<>(1);
    private @Nullable List<Part> read;

    /**
     * @param mediaType of the root, or {@link #UNCLEAR}
     * @param reader reads all parts, the root first; called at most once
     */
    public Parts(String mediaType, Supplier<List<Part>> reader) {
        this.mediaType = mediaType;
        this.reader = reader;
    }

    /** Returns a root without a file name, and the parts below it. */
    public static Parts of(String mediaType, List<Part> below) {
        return new Parts(mediaType, () -> {
            List<Part> all = new ArrayList<>(List.of(Part.of(mediaType, Optional.empty())));
            all.addAll(below);
            return all;
        });
    }

    /** Returns the media type of the root as labelled, {@code type/subtype} in lower case, or {@link #UNCLEAR}. */
    public String mediaType() {
        return mediaType;
    }

    public synchronized List<Part> all() {
        List<Part> all = read;
        if (all == null) {
            all = List.copyOf(reader.get());
            read = all;
        }
        return all;
    }

    /** Returns the file names of the parts that have one. */
    public List<FieldReadings> fileNames() {
        return all().stream().flatMap(part -> part.fileName().stream()).toList();
    }

    /**
     * Tells whether a part passes a test, and remembers the answer.
     *
     * @param asking the condition, which always asks with the same test
     */
    public synchronized boolean any(Object asking, Predicate<Part> test) {
        return answers.computeIfAbsent(asking, _ -> all().stream().anyMatch(test));
    }
}
