package org.postseal.gateway.admin.cli.profile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.profile.CertificateReview.Kind;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.Problems;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.admin.cli.support.TextTable;
import org.postseal.gateway.admin.cli.support.VisibleDirectory;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.audit.search.AuditQuery;
import org.postseal.gateway.audit.search.AuditSearch;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.reading.ProfileReview;
import org.postseal.policy.settings.Profile;
import org.postseal.policy.settings.ProfileTable;
import org.postseal.policy.yaml.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "check",
        description = {
            "Say what breaks a profile, since when, until when it is allowed, and who has to do what.",
            "It looks at the policy, at valid certificates of ours, of partners and of issuers,"
                    + " and at what the log of the last 30 days says was made.",
            "If mailbox policies name the profile, only these and their mail count."
        },
        footer = {
            "",
            "  postseal profile check bsi-tr-02102-2026",
            "  postseal profile check cnsa-2 --json",
            "  postseal profile check edi-energy-2025 --message UTILMD.eml",
            "",
            "Exit code: 0 nothing breaks it today; 65 something does; 74 not everything could be read."
        })
final class ProfileCheckCommand implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "NAME", description = "the profile, as policies name it")
    private Profile profile = Profile.MODERN;

    @Option(
            names = "--message",
            paramLabel = "FILE",
            description = "only check the form of this message, for which edi-energy-2025 has rules")
    private @Nullable Path message;

    @Mixin
    private Options.Json json = new Options.Json();

    ProfileCheckCommand(Shell shell) {
        this.shell = shell;
    }

    /**
     * All that was found.
     *
     * @param missing what could not be read, in words
     */
    private record Result(LocalDate day, List<Finding> findings, List<Kind> inventory, List<String> missing) {
        List<Finding> findings(boolean areBroken) {
            return findings.stream()
                    .filter(each -> each.isBroken(day) == areBroken)
                    .toList();
        }
    }

    @Override
    public Integer call() {
        if (message != null) {
            return form(message);
        }
        Result result = look(shell.configForReviewer());
        if (json.isWanted()) {
            shell.out().println(JsonText.of(members(result)));
        } else {
            print(result);
        }
        if (!result.missing().isEmpty()) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    "not everything could be read: " + String.join("; ", result.missing()),
                    "run it as a user who may read certificates and log");
        }
        return result.findings(true).isEmpty() ? ExitCode.OK : ExitCode.REFUSED;
    }

    private int form(Path file) {
        if (profile != Profile.EDI_ENERGY_2025) {
            throw new WrongUse("of the profiles, only " + Profile.EDI_ENERGY_2025.word()
                    + " has rules about the form of a message");
        }
        List<String> broken = FormRules.broken(file);
        if (json.isWanted()) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("profile", profile.word());
            members.put("message", file);
            members.put("broken", broken);
            shell.out().println(JsonText.of(members));
        } else if (broken.isEmpty()) {
            shell.out().println("ok: " + file);
        } else {
            broken.forEach(each -> shell.out().println(Printable.line(each)));
        }
        return broken.isEmpty() ? ExitCode.OK : ExitCode.REFUSED;
    }

    private Result look(GatewayConfig config) {
        ProfileTable table = ProfileTable.of(profile);
        PolicyFile file = PolicyFile.read(config.policyFile());
        RuleSet rules = Problems.require(file.compile(), shell.console());
        ProfileReview.Result policy = file.text()
                .flatMap(text -> ProfileReview.of(new String(text.octets(), StandardCharsets.UTF_8), profile))
                .orElseThrow();
        CertificateReview certificates =
                CertificateReview.of(VisibleDirectory.of(config, shell.user()), table, rules::isInternal, shell.now());
        List<String> missing = new ArrayList<>(certificates.hidden());
        LogReview log = new LogReview(table, policy.scope());
        try {
            missing.addAll(AuditSearch.of(config.audit())
                    .forEach(
                            AuditQuery.ofTime(Optional.of(shell.now().minus(PERIOD)), Optional.of(shell.now())),
                            log::take));
        } catch (IOException e) {
            missing.add("the audit log: " + VisibleText.of(String.valueOf(e.getMessage())));
        }
        List<Finding> findings = new ArrayList<>();
        policy.problems().forEach(problem -> findings.add(finding(problem, table)));
        findings.addAll(certificates.findings());
        findings.addAll(log.findings());
        return new Result(
                LocalDate.ofInstant(shell.now(), ZoneOffset.UTC), findings, certificates.inventory(), missing);
    }

    private Finding finding(Problem problem, ProfileTable table) {
        return new Finding(
                Finding.About.POLICY,
                "line " + problem.line() + ": " + problem.key() + ": " + problem.message(),
                table.since(),
                "admin",
                problem.key().endsWith(".profile")
                        ? "set " + problem.key() + " to " + profile.word()
                        : "change line " + problem.line() + " of the policy");
    }

    private void print(Result result) {
        shell.out().println("Profile " + profile.word() + " on " + result.day());
        notice(result.day()).ifPresent(text -> shell.out().println("Note: " + text));
        print("Breaks the profile:", result.findings(true), result.day());
        print("Allowed now, and breaks it one day:", result.findings(false), result.day());
        shell.out().println("\nKeys of valid certificates:");
        TextTable table = new TextTable(shell.out(), shell.terminalWidth(), "WHOSE", "KEY", "CERTIFICATES", "TAKEN");
        result.inventory()
                .forEach(each -> table.row(
                        Options.word(each.owner()),
                        each.key(),
                        String.valueOf(each.count()),
                        each.isTaken() ? "yes" : "no"));
        table.flush();
        shell.out()
                .println("\n" + Options.count(result.findings(true), "finding") + " today, "
                        + result.findings(false).size() + " to come");
    }

    private void print(String heading, List<Finding> findings, LocalDate day) {
        if (findings.isEmpty()) {
            return;
        }
        shell.out().println("\n" + heading);
        TextTable table =
                new TextTable(shell.out(), shell.terminalWidth(), "SINCE", "ALLOWED UNTIL", "WHO", "HAS TO", "WHAT");
        findings.forEach(each -> table.row(
                each.since().map(LocalDate::toString).orElse("-"),
                each.allowedUntil(day).map(LocalDate::toString).orElse("-"),
                each.who(),
                each.task(),
                each.what()));
        table.flush();
    }

    /** Returns what the standard says about its own end, from the day on from which it says it. */
    private Optional<String> notice(LocalDate day) {
        return ProfileTable.of(profile)
                .notice()
                .filter(notice -> !day.isBefore(notice.from()))
                .map(ProfileTable.Notice::text);
    }

    private Map<String, Object> members(Result result) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("profile", profile.word());
        members.put("date", result.day());
        members.put("note", notice(result.day()));
        members.put(
                "findings",
                result.findings().stream()
                        .map(each -> each.members(result.day()))
                        .toList());
        members.put(
                "keys",
                result.inventory().stream().map(ProfileCheckCommand::members).toList());
        members.put("notRead", result.missing());
        return members;
    }

    private static Map<String, Object> members(Kind kind) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("whose", Options.word(kind.owner()));
        members.put("key", kind.key());
        members.put("certificates", kind.count());
        members.put("taken", kind.isTaken());
        return members;
    }

    private static final Duration PERIOD = Duration.ofDays(30);
}
