package org.postseal.gateway.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads from the POMs which modules the project has and which of them each may use. {@code bin/modules} prints this as
 * the table of {@code CONTRIBUTING.md}. That command runs this file alone, so this file uses nothing else of the
 * project.
 *
 * @param modules by the name of their artifact, those that use nothing first
 */
public record ModuleGraph(Map<String, Module> modules) {
    /** Names the tests' own modules, which are not shipped. */
    public static final List<String> TESTS_ONLY =
            List.of("gateway-testkit", "gateway-e2e", "gateway-judges", "gateway-fuzz");

    /**
     * Describes one module.
     *
     * @param folder from the top of the project, such as {@code gateway/mail}
     * @param purpose the description in its POM
     * @param uses the modules that its main code may use, as its POM lists them
     */
    public record Module(String folder, String purpose, List<String> uses) {}

    /** Prints the table of the project in the working directory. */
    public static void main(String[] arguments) throws IOException {
        System.out.print(read(Path.of("")).table());
    }

    public static ModuleGraph read(Path root) throws IOException {
        Map<String, Module> found = new LinkedHashMap<>();
        for (String folder : folders(root)) {
            String pom = Files.readString(root.resolve(folder).resolve("pom.xml"));
            found.put(
                    first(pom, "</parent>\\s*<artifactId>([^<]+)"),
                    new Module(folder, first(pom, "<description>([^<]+)"), uses(pom)));
        }
        return new ModuleGraph(fromBelow(found));
    }

    /**
     * Finds the folders of the modules, named from the top, such as {@code gateway/mail}; those that only hold other
     * modules are not among them.
     */
    static List<String> folders(Path root) throws IOException {
        List<String> modules = new ArrayList<>();
        for (String parent : List.of("certstore", "policy", "gateway")) {
            Path folder = root.resolve(parent);
            if (Files.isDirectory(folder.resolve("src"))) {
                modules.add(parent);
            }
            try (Stream<Path> below = Files.list(folder)) {
                below.filter(each -> Files.exists(each.resolve("pom.xml")))
                        .map(each -> parent + "/" + each.getFileName())
                        .sorted()
                        .forEach(modules::add);
            }
        }
        return modules;
    }

    /** Returns the table, with a line for each module, including line ends. */
    public String table() {
        StringBuilder table = new StringBuilder("| module | holds | uses |\n|---|---|---|\n");
        modules.forEach((name, module) -> {
            if (!TESTS_ONLY.contains(name)) {
                String uses = module.uses().stream()
                        .map(used -> used.substring(used.indexOf('-') + 1))
                        .collect(Collectors.joining(", "));
                table.append("| `%s` | %s | %s |\n".formatted(module.folder(), module.purpose(), uses));
            }
        });
        for (String name : TESTS_ONLY) {
            Module module = module(modules, name);
            table.append("| `%s` | %s | in tests only |\n".formatted(module.folder(), module.purpose()));
        }
        return table.toString();
    }

    private static List<String> uses(String pom) {
        return Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL)
                .matcher(pom)
                .results()
                .map((MatchResult dependency) -> dependency.group(1))
                .filter(dependency -> dependency.contains("<groupId>org.postseal<") && !dependency.contains("<scope>"))
                .map(dependency -> first(dependency, "<artifactId>([^<]+)"))
                .toList();
    }

    private static Map<String, Module> fromBelow(Map<String, Module> found) {
        Map<String, Module> sorted = new LinkedHashMap<>();
        List<String> left = new ArrayList<>(found.keySet());
        while (!left.isEmpty()) {
            String next = left.stream()
                    .filter(name ->
                            sorted.keySet().containsAll(module(found, name).uses()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("a circle among " + left));
            left.remove(next);
            sorted.put(next, module(found, next));
        }
        return sorted;
    }

    private static Module module(Map<String, Module> modules, String name) {
        return Objects.requireNonNull(modules.get(name), name);
    }

    private static String first(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + pattern));
    }
}
