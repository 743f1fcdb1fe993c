package org.postseal.policy.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the problems of one file, so that an admin sees all of them at once. Not thread-safe. */
public final class Problems {
    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private final Map<String, Set<String>> known = new HashMap<>();
    private int errors;

    /** For the file of this name, as the admin gave it. */
    public Problems(String file) {
        this.file = file;
    }

    /** Adds one that stops the start; line 0 and an empty key mean the file as a whole. */
    public void error(int line, String key, String message) {
        errors++;
        add(Problem.error(file, line, key, message));
    }

    /** Adds one that is only told. */
    public void warning(int line, String key, String message) {
        add(Problem.warning(file, line, key, message));
    }

    /** The name of the file, as given. */
    public String file() {
        return file;
    }

    /** True when anything found so far stops the start. */
    public boolean hasErrors() {
        return errors > 0;
    }

    /** The keys that every mapping read so far was asked for, by its dotted path: what the reader knows, not what the file says. */
    public Map<String, Set<String>> known() {
        return Collections.unmodifiableMap(known);
    }

    void asked(String path, Set<String> keys) {
        known.computeIfAbsent(path, _ -> new LinkedHashSet<>()).addAll(keys);
    }

    /** All of them by line, in the order found within a line. */
    public List<Problem> all() {
        List<Problem> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingInt(Problem::line));
        return List.copyOf(sorted);
    }

    private void add(Problem problem) {
        if (found.size() < MOST) {
            found.add(problem);
        } else if (found.size() == MOST) {
            found.add(
                    Problem.error(file, problem.line(), "", "more than " + MOST + " problems, the rest is not shown"));
        }
    }

    private static final int MOST = 1000;
}
