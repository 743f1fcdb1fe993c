package org.postseal.gateway.admin.cli.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.road.fleet.PolicyBundle;
import org.postseal.policy.cases.CaseFile;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;

/** Checks and tests a policy with the cases beside it, before it is proposed to a fleet. */
public final class ProposedPolicy {
    private ProposedPolicy() {}

    /**
     * Returns the policy, its cases and the messages that they name, with the policy first.
     *
     * @throws CommandFailure if the policy cannot be used or a case fails
     */
    public static List<PolicyBundle.File> files(Path policy, Console console) {
        Path file = policy.toAbsolutePath().normalize();
        PolicyFiles files = new PolicyFiles(console);
        RuleSet rules = files.policy(file);
        Set<Path> wanted = new LinkedHashSet<>(List.of(file));
        List<TestReport.OfSuite> ran = new ArrayList<>();
        for (Path cases : Suite.casesFor(file)) {
            switch (PolicyFiles.cases(cases, wanted::add)) {
                case CaseFile.Reading.Broken(List<Problem> problems) -> {
                    files.tell(problems);
                    throw PolicyFiles.broken(problems);
                }
                case CaseFile.Reading.Loaded(CaseFile loaded) ->
                    ran.add(TestReport.OfSuite.run(new PolicyFiles.Loaded(new Suite(file, cases), rules, loaded)));
            }
        }
        TestReport report = new TestReport(ran);
        report.lines().forEach(console.out()::println);
        if (report.failed() > 0) {
            throw new CommandFailure(ExitCode.REFUSED, "a case fails: nothing is proposed");
        }
        List<PolicyBundle.File> read =
                wanted.stream().map(each -> read(file, each)).toList();
        if (!read.getFirst().sha256().equals(rules.sha256())) {
            throw new CommandFailure(ExitCode.TRY_AGAIN, file + " has changed meanwhile");
        }
        return read;
    }

    private static PolicyBundle.File read(Path policy, Path file) {
        Path name = policy.resolveSibling("").relativize(file.normalize());
        // Each gateway has the files by these names alone.
        if (name.startsWith("..")) {
            throw new CommandFailure(ExitCode.CONFIG, file + " is not within the folder of the policy");
        }
        try {
            return new PolicyBundle.File(name.toString(), Files.readAllBytes(file));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, file + " cannot be read: " + e.getMessage());
        }
    }
}
