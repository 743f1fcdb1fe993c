package org.postseal.policy.yaml;

import java.time.LocalDate;
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
    private final List<Later> later = new ArrayList<>();
    private final Map<String, Set<String>> known = new HashMap<>();
    private int errors;

    /** Starts with no problem; {@code file} is the name as the admin gave it. */
    public Problems(String file) {
        this.file = file;
    }

    /** Adds a problem that stops the start; line 0 and an empty key mean the whole file. */
    public void error(int line, String key, String message) {
        errors++;
        add(Problem.error(file, line, key, message));
    }

    /** Adds a problem that is only reported. */
    public void warning(int line, String key, String message) {
        add(Problem.warning(file, line, key, message));
    }

    /** Keeps a problem that is only reported, by those who know that the day has come. */
    void warningFrom(LocalDate day, int line, String key, String message) {
        later.add(new Later(day, Problem.warning(file, line, key, message)));
    }

    /** Returns the problems that are reported from a day on. */
    public List<Later> later() {
        return List.copyOf(later);
    }

    /** A problem that is reported from a day on. */
    public record Later(LocalDate from, Problem problem) {}

    /** Returns true if any problem found so far stops the start. */
    public boolean hasErrors() {
        return errors > 0;
    }

    /**
     * Returns the keys that the reader asked each mapping for, by the mapping's dotted path. They are the keys that the
     * reader knows and not those in the file.
     */
    public Map<String, Set<String>> known() {
        return Collections.unmodifiableMap(known);
    }

    void asked(String path, Set<String> keys) {
        known.computeIfAbsent(path, _ -> new LinkedHashSet<>()).addAll(keys);
    }

    /** Returns all problems sorted by line, and in the order found within a line. */
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
