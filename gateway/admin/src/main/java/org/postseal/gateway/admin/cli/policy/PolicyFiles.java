package org.postseal.gateway.admin.cli.policy;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Problems;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.policy.cases.CaseFile;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;

/** Reads policies and case files for a command. */
final class PolicyFiles {
    private final Console console;

    PolicyFiles(Console console) {
        this.console = console;
    }

    /** Reads a policy with its problems, and prints none of them yet. */
    Checked<RuleSet> check(Path policy) {
        return PolicyFile.read(policy).compile();
    }

    /**
     * Reads a policy that can be used, and prints its warnings.
     *
     * @throws CommandFailure with {@link ExitCode#CONFIG} when the policy cannot be used
     */
    RuleSet policy(Path file) {
        Checked<RuleSet> checked = check(file);
        tell(checked.problems());
        return checked.value().orElseThrow(() -> broken(checked.problems()));
    }

    /**
     * Reads all suites, policy by policy.
     *
     * @throws CommandFailure with {@link ExitCode#CONFIG} when a policy or case file cannot be read; all problems are
     *     printed
     */
    List<Loaded> load(List<Suite> suites) {
        List<Problem> problems = new ArrayList<>();
        Map<Path, Optional<RuleSet>> policies = new LinkedHashMap<>();
        List<Loaded> loaded = new ArrayList<>();
        for (Suite suite : suites) {
            Optional<RuleSet> policy = policies.computeIfAbsent(suite.policy(), file -> {
                Checked<RuleSet> checked = check(file);
                problems.addAll(checked.problems());
                return checked.value();
            });
            switch (cases(suite.cases())) {
                case CaseFile.Reading.Broken(List<Problem> found) -> problems.addAll(found);
                case CaseFile.Reading.Loaded(CaseFile file) ->
                    policy.ifPresent(rules -> loaded.add(new Loaded(suite, rules, file)));
            }
        }
        tell(problems);
        if (problems.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR)) {
            throw broken(problems);
        }
        return loaded;
    }

    static CaseFile.Reading cases(Path file) {
        return cases(file, _ -> {});
    }

    /**
     * Reads a case file.
     *
     * @param asked is given each file before it is read: the case file and the messages that it names
     */
    static CaseFile.Reading cases(Path file, Consumer<Path> asked) {
        String name = file.toString();
        asked.accept(file);
        try {
            return CaseFile.read(name, Files.readString(file), new MessagesBeside(file, asked));
        } catch (CharacterCodingException notText) {
            return new CaseFile.Reading.Broken(List.of(Problem.error(name, 0, "", "is not UTF-8 text")));
        } catch (NoSuchFileException e) {
            return new CaseFile.Reading.Broken(List.of(Problem.error(name, 0, "", "no such file")));
        } catch (IOException e) {
            return new CaseFile.Reading.Broken(
                    List.of(Problem.error(name, 0, "", "cannot be read: " + e.getMessage())));
        }
    }

    void tell(List<Problem> problems) {
        Problems.print(problems, console);
    }

    static CommandFailure broken(List<Problem> problems) {
        return new CommandFailure(ExitCode.CONFIG, Problems.count(problems) + ", see above");
    }

    record Loaded(Suite suite, RuleSet policy, CaseFile cases) {}
}
