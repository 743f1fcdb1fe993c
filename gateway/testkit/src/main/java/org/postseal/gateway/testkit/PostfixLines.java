package org.postseal.gateway.testkit;

import java.util.List;
import java.util.stream.Stream;

/** Replaces lines of main.cf and master.cf by others. */
final class PostfixLines {
    private PostfixLines() {}

    /**
     * Returns the lines with the others in place of those with the same name. If a name were given twice, every daemon
     * would warn, and the master would stop for good once there are more warnings than its log's socket holds.
     */
    static List<String> overlaid(List<String> lines, List<String> others) {
        return Stream.concat(
                        lines.stream().filter(line -> others.stream().noneMatch(its -> isSameName(line, its))),
                        others.stream())
                .toList();
    }

    /** Returns whether both lines are of one service of master.cf. */
    static boolean isSameService(String line, String other) {
        String[] its = other.split(" ", 3);
        return its.length == 3 && line.startsWith(its[0] + " " + its[1] + " ");
    }

    private static boolean isSameName(String line, String other) {
        return !line.startsWith("#")
                && line.contains("=")
                && line.split("=", 2)[0].strip().equals(other.split("=", 2)[0].strip());
    }
}
