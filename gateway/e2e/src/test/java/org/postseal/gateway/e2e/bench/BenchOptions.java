package org.postseal.gateway.e2e.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The arguments of a benchmark: options that each have a value. */
final class BenchOptions {
    private final Map<String, String> given;

    private BenchOptions(Map<String, String> given) {
        this.given = given;
    }

    /**
     * Reads the arguments. If they are wrong, prints the usage and ends the process with status 64.
     *
     * @param name the name of the benchmark in {@code bin/bench}
     * @param known the options, each with a word for its value: {@code --seconds N}
     */
    static BenchOptions read(String name, String[] arguments, String... known) {
        List<String> names = Arrays.stream(known)
                .map(each -> each.substring(0, each.indexOf(' ')))
                .toList();
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length || !names.contains(arguments[i])) {
                System.err.println("error: usage: " + name
                        + Arrays.stream(known).map(each -> " [" + each + "]").collect(Collectors.joining()));
                System.exit(64);
            }
            given.put(arguments[i], arguments[i + 1]);
        }
        return new BenchOptions(given);
    }

    int number(String name, int otherwise) {
        return text(name).map(Integer::parseInt).orElse(otherwise);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(given.get(name));
    }
}
