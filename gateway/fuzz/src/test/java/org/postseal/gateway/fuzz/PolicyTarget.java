package org.postseal.gateway.fuzz;

import static org.postseal.gateway.fuzz.Target.demand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.gateway.testkit.Project;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlReader;

/** Reads a policy. It is loaded or has an error, and each problem has its line and one line of words. */
final class PolicyTarget implements Target {
    /** Each of these ends a line, to one reader of YAML or another. */
    private static final String BREAKS = "\n\r\u0085\u2028\u2029";

    @Override
    public String take(byte[] octets) {
        Problems undecodable = new Problems("policy.yaml");
        Optional<String> text = YamlReader.decode(octets, undecodable);
        if (text.isEmpty()) {
            demand(undecodable.hasErrors(), "text that cannot be decoded has an error");
            undecodable.all().forEach(problem -> demandPlace(problem, octets.length + 1));
            return "undecodable";
        }
        RuleSet.Reading reading = RuleSet.read("policy.yaml", text.get());
        long lines =
                1 + text.get().chars().filter(each -> BREAKS.indexOf(each) >= 0).count();
        reading.problems().forEach(problem -> demandPlace(problem, lines));
        boolean hasErrors =
                reading.problems().stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
        return switch (reading) {
            case RuleSet.Loaded _ -> {
                demand(!hasErrors, "a policy with an error is not loaded");
                yield "loaded";
            }
            case RuleSet.Broken _ -> {
                demand(hasErrors, "a policy that is not loaded has an error");
                yield "broken";
            }
        };
    }

    /** A problem of the whole file has line 0. */
    private static void demandPlace(Problem problem, long lines) {
        demand(problem.line() >= 0 && problem.line() <= lines, "a problem is in the file: " + problem);
        demand(problem.line() > 0 || !problem.key().contains("["), "a problem of one entry has a line: " + problem);
        demand(!problem.message().isBlank(), "a problem has words");
        demand(
                problem.toString().codePoints().noneMatch(each -> Character.getType(each) == Character.CONTROL),
                "a problem is one line without controls");
    }

    @Override
    public Map<String, byte[]> made() throws IOException {
        Map<String, byte[]> made = new LinkedHashMap<>();
        made.put("loaded-example", Files.readAllBytes(Project.file("etc/policy.yaml")));
        made.putAll(all("good", "loaded-"));
        made.putAll(all("bad", "broken-"));
        return made;
    }

    private static Map<String, byte[]> all(String folder, String prefix) throws IOException {
        Map<String, byte[]> found = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(Project.file("policy/src/test/vectors/config/" + folder))) {
            for (Path file : files.sorted().toList()) {
                found.put(prefix + file.getFileName(), Files.readAllBytes(file));
            }
        }
        return found;
    }

    @Override
    public List<String> samples() {
        return List.of();
    }
}
