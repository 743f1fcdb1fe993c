package org.postseal.gateway.admin.cli.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.admin.cli.offline.OfflineRoad;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Problems;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.app.assembly.Setup;
import org.postseal.gateway.app.assembly.SetupReader;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.pipeline.Basis;
import org.postseal.gateway.road.pipeline.RecipientPlan;
import org.postseal.policy.cases.CaseFile;
import org.postseal.policy.cases.ExplainedOutcome;
import org.postseal.policy.cases.MessageFiles;
import org.postseal.policy.cases.PolicyCase;
import org.postseal.policy.cases.SupposedDirectory;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.yaml.Nearest;

/** Finds the message or case that {@code policy explain} is asked about, and lets the policy decide it. */
final class Explainer {
    private final Shell shell;
    private final PolicyFiles files;
    private final Assembly assembly;

    Explainer(Shell shell, PolicyFiles files, Assembly assembly) {
        this.shell = shell;
        this.files = files;
        this.assembly = assembly;
    }

    /** @param name names the message in the explanation */
    record Sent(String name, Path message, ReversePath from, List<MailAddress> to, Optional<Peer.Role> role) {
        Peer.Role role(RuleSet rules) {
            boolean isInternal = from.mailbox().map(rules::isInternal).orElse(false);
            return role.orElse(isInternal ? Peer.Role.SUBMISSION : Peer.Role.INBOUND);
        }
    }

    /**
     * Explains a case. The case itself says which certificates and keys the addresses have. If no policy is given, the
     * policy of the configuration decides.
     */
    Explained ofCase(Optional<Path> policy, String fileAndName) {
        int separator = fileAndName.indexOf('#');
        if (separator < 1) {
            throw new CommandFailure(
                    ExitCode.USAGE, "a case is named FILE#NAME", "as in --case 'policy.test.yaml#a name'");
        }
        Path file = Path.of(fileAndName.substring(0, separator));
        String name = fileAndName.substring(separator + 1);
        RuleSet rules;
        if (policy.isPresent()) {
            rules = files.policy(policy.get());
        } else {
            try (Setup setup = setup()) {
                rules = setup.rules();
            }
        }
        PolicyCase found = find(file, name);
        List<ExplainedOutcome> recipients = new ArrayList<>();
        for (MailAddress recipient : found.recipients()) {
            recipients.add(found.explained(rules, recipient));
        }
        return new Explained(rules, name, recipients);
    }

    /** Explains a message by a policy alone. The only certificate and key are those that the caller supposes. */
    Explained withoutDirectory(Path policy, Sent sent, Optional<String> certificate, Optional<String> key) {
        SupposedDirectory directory = SupposedDirectory.of(certificate, key)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.USAGE,
                        "unknown status in --certificate or --key",
                        "--certificate: " + String.join(", ", SupposedDirectory.CERTIFICATES) + "; --key: "
                                + String.join(", ", SupposedDirectory.KEYS)));
        RuleSet rules = files.policy(policy);
        List<ExplainedOutcome> recipients = new ArrayList<>();
        MessageFiles.Reading reading = MessagesBeside.read(sent.message());
        for (MailAddress recipient : sent.to()) {
            recipients.add(
                    switch (reading) {
                        case MessageFiles.Reading.Unreadable(String why) ->
                            throw new CommandFailure(ExitCode.INPUT_OUTPUT, why);
                        case MessageFiles.Reading.Refused(Reason reason, String detail) ->
                            ExplainedOutcome.refused(recipient, reason, detail);
                        case MessageFiles.Reading.Read(var read) -> {
                            Facts facts = withEnvelope(read.facts(recipient), sent, rules);
                            yield ExplainedOutcome.decide(rules, facts, directory);
                        }
                    });
        }
        return new Explained(rules, sent.name(), recipients);
    }

    private static Facts withEnvelope(Facts read, Sent sent, RuleSet rules) {
        Facts.Message message = read.message();
        return new Facts(
                Facts.Peer.of(sent.role(rules) == Peer.Role.SUBMISSION),
                message.within(
                        sent.from().mailbox(),
                        sent.from().mailbox().isPresent() ? message.kind() : Facts.Kind.NULL_SENDER,
                        Clock.systemUTC().instant()),
                read.existing(),
                read.recipient(),
                read.visible());
    }

    /** Explains a message by the policy and the certificate store of the configuration, as the gateway decides it. */
    Explained withDirectory(Sent sent) throws IOException {
        try (Setup setup = setup();
                InputStream input = Files.newInputStream(sent.message());
                Spool.Scope scope = new Spool.Factory().open()) {
            RuleSet rules = setup.rules();
            OfflineRoad road = new OfflineRoad(assembly, setup, Clock.systemUTC());
            List<ExplainedOutcome> recipients =
                    switch (road.plan(rules, sent.from(), sent.to(), sent.role(rules), input, scope)) {
                        case Parsed.Refused<List<RecipientPlan>>(Reason reason, String detail) ->
                            sent.to().stream()
                                    .map(recipient -> ExplainedOutcome.refused(recipient, reason, detail))
                                    .toList();
                        case Parsed.Success<List<RecipientPlan>>(List<RecipientPlan> plans) ->
                            plans.stream().map(plan -> explained(rules, plan)).toList();
                    };
            return new Explained(rules, sent.name(), recipients);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, "there is no file " + e.getFile());
        }
    }

    private static ExplainedOutcome explained(RuleSet rules, RecipientPlan plan) {
        MailAddress recipient = plan.recipient().address();
        if (plan.ruling().isEmpty() || plan.basis().isEmpty()) {
            Reason reason = plan.failure().orElse(Reason.INTERNAL_ERROR);
            return ExplainedOutcome.refused(recipient, reason, plan.detail().orElseGet(reason::auditText));
        }
        Basis basis = plan.basis().get();
        return ExplainedOutcome.of(
                rules, basis.facts(), plan.ruling().get(), plan.handling(), plan.left(), basis.answers());
    }

    private PolicyCase find(Path file, String name) {
        CaseFile cases = switch (PolicyFiles.cases(file)) {
            case CaseFile.Reading.Loaded(CaseFile loaded) -> loaded;
            case CaseFile.Reading.Broken(var problems) -> {
                files.tell(problems);
                throw PolicyFiles.broken(problems);
            }
        };
        List<String> names = cases.cases().stream().map(PolicyCase::name).toList();
        return cases.named(name)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.USAGE, file + " has no case '" + name + "'" + Nearest.hint(name, names)));
    }

    private Setup setup() {
        return Problems.require(new SetupReader(assembly).look(shell.configFile()), shell.console());
    }
}
