package org.postseal.gateway.admin.cli.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;

/**
 * A case file and the policy that it tests. In a folder the policy is {@code policy.yaml}; the cases are all {@code
 * *.test.yaml} beside it and all {@code *.yaml} in {@code tests/} below it. A case file that is given alone tests the
 * policy of its own name ({@code strict.yaml} for {@code strict.test.yaml}), or else the {@code policy.yaml} beside it
 * or above its {@code tests/}.
 */
record Suite(Path policy, Path cases) {
    /**
     * Returns all suites of these folders and files, in order.
     *
     * @param policy the policy for all of them; if empty, each suite has its own
     * @throws CommandFailure with {@link ExitCode#CONFIG} when a folder has no cases, or no policy can be found
     */
    static List<Suite> find(List<Path> paths, Optional<Path> policy) {
        List<Suite> suites = new ArrayList<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                // Files of the current folder are shown by their names alone
                Path folder = path.equals(HERE) ? Path.of("") : path;
                List<Path> cases = casesIn(folder);
                if (cases.isEmpty()) {
                    throw new CommandFailure(
                            ExitCode.CONFIG,
                            path + " has no cases",
                            "write them to " + folder.resolve("policy" + CASES) + ", see docs/howto-policy.md");
                }
                Path ofFolder = policy.orElseGet(() -> folder.resolve(POLICY));
                requireThere(ofFolder, path);
                cases.forEach(file -> suites.add(new Suite(ofFolder, file)));
            } else {
                suites.add(new Suite(policy.orElseGet(() -> policyOf(path)), path));
            }
        }
        return suites;
    }

    /** Returns, in order, the case files in a policy's folder that test this policy when they are run alone. */
    static List<Path> casesFor(Path policy) {
        Path folder = Optional.ofNullable(policy.toAbsolutePath().getParent()).orElse(HERE);
        return casesIn(folder).stream()
                .filter(cases -> candidates(cases).stream()
                        .filter(Files::exists)
                        .findFirst()
                        .equals(Optional.of(policy)))
                .toList();
    }

    /**
     * Returns true if this file is one of cases.
     *
     * @param name relative to the folder of the policy
     */
    static boolean isCases(Path name) {
        return name.getNameCount() == 1
                ? name.toString().endsWith(CASES)
                : name.getNameCount() == 2
                        && name.startsWith(TESTS)
                        && name.toString().endsWith(YAML);
    }

    private static void requireThere(Path policy, Path folder) {
        if (!Files.exists(policy)) {
            throw new CommandFailure(ExitCode.CONFIG, folder + " has no " + POLICY, "give it with --policy FILE");
        }
    }

    private static List<Path> casesIn(Path folder) {
        List<Path> cases = new ArrayList<>(files(folder, CASES));
        Path below = folder.resolve(TESTS);
        if (Files.isDirectory(below)) {
            cases.addAll(files(below, YAML));
        }
        return cases;
    }

    private static List<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, folder + " cannot be read: " + e.getMessage());
        }
    }

    private static List<Path> candidates(Path cases) {
        String name = String.valueOf(cases.getFileName());
        Path folder = Optional.ofNullable(cases.getParent()).orElse(Path.of(""));
        List<Path> candidates = new ArrayList<>();
        if (name.endsWith(CASES)) {
            candidates.add(folder.resolve(name.substring(0, name.length() - CASES.length()) + YAML));
        }
        candidates.add(folder.resolve(POLICY));
        if (folder.endsWith(TESTS)) {
            candidates.add(folder.resolveSibling(POLICY));
        }
        return candidates;
    }

    private static Path policyOf(Path cases) {
        return candidates(cases).stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> Files.exists(cases)
                        ? new CommandFailure(
                                ExitCode.CONFIG, "no policy is found for " + cases, "give it with --policy FILE")
                        : new CommandFailure(ExitCode.CONFIG, "no such file: " + cases));
    }

    private static final Path HERE = Path.of(".");
    private static final String POLICY = "policy.yaml";
    private static final String CASES = ".test.yaml";
    private static final String TESTS = "tests";
    private static final String YAML = ".yaml";
}
