package org.postseal.gateway.admin;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.ModuleGraph;
import org.postseal.gateway.testkit.Project;

/**
 * Tests that each module uses only the modules that its POM lists, although Maven also lets it see those that they use.
 */
class ModulesTest {
    private static ModuleGraph graph;

    /** The module of each package, from the folders of the sources. */
    private static Map<String, String> modules;

    @BeforeAll
    static void read() throws IOException {
        graph = ModuleGraph.read(Project.ROOT);
        modules = new TreeMap<>();
        for (Map.Entry<String, ModuleGraph.Module> module : graph.modules().entrySet()) {
            Path sources = Project.file(module.getValue().folder()).resolve("src/main/java");
            if (Files.isDirectory(sources)) {
                try (Stream<Path> files = Files.walk(sources)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .map(file -> sources.relativize(file.getParent())
                                    .toString()
                                    .replace('/', '.'))
                            .distinct()
                            .forEach(name -> assertThat(modules.put(name, module.getKey()))
                                    .as("package " + name + " in two modules")
                                    .isNull());
                }
            }
        }
    }

    @Test
    void eachUsesWhatItsPomListsAndNothingElse() {
        Map<String, TreeSet<String>> used = new TreeMap<>();
        graph.modules().keySet().forEach(module -> used.put(module, new TreeSet<>()));
        for (JavaClass each : Ours.CLASSES) {
            String module = module(each);
            for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().startsWith("org.postseal")
                        && !module(target).equals(module)) {
                    String other = module(target);
                    assertThat(listed(module).uses())
                            .as(dependency.getDescription())
                            .contains(other);
                    Objects.requireNonNull(used.get(module)).add(other);
                }
            }
        }
        graph.modules().forEach((name, module) -> {
            if (!ModuleGraph.TESTS_ONLY.contains(name)) {
                assertThat(module.uses()).as(name).containsExactlyInAnyOrderElementsOf(used.get(name));
            }
        });
    }

    /** A package is named as the folder of its module; {@code certstore/core} alone has the bare name. */
    @Test
    void packagesAreNamedAsTheirModules() {
        modules.forEach((name, module) -> assertThat(longest(name)).as(name).isEqualTo(module));
    }

    @Test
    void nothingThatIsShippedUsesAModuleOfTests() {
        graph.modules()
                .forEach((name, module) ->
                        assertThat(module.uses()).as(name).doesNotContainAnyElementsOf(ModuleGraph.TESTS_ONLY));
    }

    @Test
    void noCircleOfPackages() {
        slices().matching("org.postseal.(**)").should().beFreeOfCycles().check(Ours.CLASSES);
    }

    @Test
    void theTableForContributorsIsTrue() throws IOException {
        assertThat(Files.readString(Project.file("CONTRIBUTING.md"))).contains("\n" + graph.table());
    }

    private static String longest(String packageName) {
        return graph.modules().entrySet().stream()
                .map(module -> Map.entry(
                        module.getKey().equals("certstore-core")
                                ? "org.postseal.certstore"
                                : "org.postseal." + module.getValue().folder().replace('/', '.'),
                        module.getKey()))
                .filter(module -> (packageName + ".").startsWith(module.getKey() + "."))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, _) -> one, TreeMap::new))
                .lastEntry()
                .getValue();
    }

    private static String module(JavaClass of) {
        return Objects.requireNonNull(modules.get(of.getPackageName()), of::getName);
    }

    private static ModuleGraph.Module listed(String module) {
        return Objects.requireNonNull(graph.modules().get(module), module);
    }
}
