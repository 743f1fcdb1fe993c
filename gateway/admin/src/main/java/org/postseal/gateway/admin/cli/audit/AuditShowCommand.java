package org.postseal.gateway.admin.cli.audit;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.evidence.EvidenceFolder;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.HandledText;
import org.postseal.gateway.audit.record.RecordField;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.audit.search.AuditQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = {
            "Show the whole story of a message: every attempt, every recipient, what was decided and why.",
            "The text of the rule that decided is shown as it was then."
        },
        footer = {
            "",
            "  postseal audit show 20261126.4711@ours.example",
            "  postseal audit show --policy 4dKx1q2zPz        # also the whole policy that decided"
        })
final class AuditShowCommand implements Callable<Integer> {
    private final AuditCommands audit;

    @Parameters(
            index = "0",
            paramLabel = "ID",
            description = "whole Message-ID, or a queue id: ours, that of the MTA before us, or that of the next hop")
    private String id = "";

    @Parameters(
            index = "1..*",
            paramLabel = "FILE",
            arity = "0..*",
            description = "files of the log, oldest first; default: those of the configuration")
    private List<Path> files = List.of();

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "public key of the log, so that indexes of given files are used; may be repeated")
    private List<Path> keys = List.of();

    @Mixin
    private FleetOption fleet = new FleetOption();

    @Option(names = "--policy", description = "show the whole text of the policy that decided")
    private boolean isPolicyWanted;

    AuditShowCommand(AuditCommands audit) {
        this.audit = audit;
    }

    @Override
    public Integer call() {
        fleet.demandAlone(files);
        Map<String, PolicyOfRecord> policies = new HashMap<>();
        LogSearch log;
        if (fleet.folder().isPresent()) {
            SortedMap<String, AuditConfig> nodes = audit.fleet(fleet.folder().get());
            nodes.forEach((node, config) -> policies.put(node, new PolicyOfRecord(config.evidence())));
            log = audit.search(nodes, null, false);
        } else {
            policies.put(
                    "",
                    new PolicyOfRecord(
                            files.isEmpty() ? audit.config().evidence() : EvidenceFolder.of(files.getLast())));
            log = audit.search(files, keys, null, false);
        }
        Map<String, List<AuditLine>> attempts = attempts(log);
        attempts.forEach((queueId, lines) -> print(
                queueId,
                lines,
                Objects.requireNonNull(
                        policies.get(lines.getFirst().first(RecordField.NODE).orElse("")))));
        log.requireComplete();
        if (attempts.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    "the audit log has nothing about " + id,
                    "postseal audit query --part TEXT finds messages by a part of any value");
        }
        return ExitCode.OK;
    }

    /**
     * Returns the attempts, oldest first. Each has all records that name its queue id, such as notices to the sender.
     */
    private Map<String, List<AuditLine>> attempts(LogSearch log) {
        Set<String> queueIds = new TreeSet<>();
        Map<String, List<AuditLine>> attempts = new LinkedHashMap<>();
        for (AuditLine line : log.all(AuditQuery.ofMessage(id))) {
            Optional<String> queueId = line.first(QUEUE_ID);
            if (queueId.isPresent() && queueIds.add(queueId.get())) {
                // The filter is needed since a sender may have chosen this queue id as the Message-ID of other mail
                List<AuditLine> own = log.all(AuditQuery.ofMessage(queueId.get())).stream()
                        .filter(other -> other.first(QUEUE_ID).equals(queueId))
                        .toList();
                attempts.put(queueId.get(), own);
            }
        }
        return attempts;
    }

    private void print(String queueId, List<AuditLine> lines, PolicyOfRecord policies) {
        PrintStream out = audit.shell().out();
        AuditLine first = lines.getFirst();
        out.printf("%s  attempt %s%n", AuditView.value(first, "@timestamp"), VisibleText.of(queueId));
        HEAD.forEach((name, label) -> {
            if (name.equals(SENDER)) {
                print(out, "  ", label, first.all(SENDER).isEmpty() ? List.of() : List.of(AuditView.sender(first)));
            } else {
                line(out, "  ", label, first, name);
            }
        });
        first.duration().ifPresent(total -> out.printf("  %-15s %s%n", "took", times(total, first.stages())));
        for (AuditLine line : lines) {
            out.printf("%n  %s: %s%n", AuditView.value(line, "email.to.address"), AuditView.what(line));
            EACH.forEach((name, label) -> {
                String shown = line.isObserved() ? WOULD_BE.getOrDefault(name, label) : label;
                if (name.equals(HandledText.DONE)) {
                    print(out, "    ", shown, HandledText.of(line).stream().toList());
                } else {
                    line(out, "    ", shown, line, name);
                }
            });
            settings(out, line);
            ruleText(out, policies.decided(line));
        }
        if (isPolicyWanted) {
            lines.stream()
                    .flatMap(line -> line.first(PolicyOfRecord.SHA256).stream())
                    .filter(sha256 -> !sha256.isEmpty())
                    .distinct()
                    .forEach(sha256 -> {
                        out.printf("%n  policy %s%n", VisibleText.of(sha256));
                        policies.whole(sha256).forEach(text -> out.println("  " + text));
                    });
        }
        out.println();
    }

    /** Prints the rule as it stands in the policy, with its empty lines. */
    private static void ruleText(PrintStream out, List<String> lines) {
        String label = "rule's text";
        for (String line : lines) {
            out.printf("    %-15s %s%n", label, line);
            label = "";
        }
    }

    /** Prints the settings that somebody has set. Records of earlier versions have those that are built in as well. */
    private static void settings(PrintStream out, AuditLine line) {
        List<String> set = line.all("postseal.settings").stream()
                .filter(each -> !each.endsWith(BUILT_IN))
                .toList();
        print(out, "    ", "settings", set);
    }

    private static String times(long total, Map<String, Long> stages) {
        String spent = stages.entrySet().stream()
                .map(stage -> VisibleText.of(stage.getKey()) + " " + milliseconds(stage.getValue()))
                .collect(Collectors.joining(", "));
        return milliseconds(total) + " ms" + (spent.isEmpty() ? "" : " (" + spent + ")");
    }

    private static String milliseconds(long nanoseconds) {
        return String.format(Locale.ROOT, "%.1f", nanoseconds / 1e6);
    }

    private static void line(PrintStream out, String indent, String label, AuditLine line, String name) {
        print(out, indent, label, line.all(name));
    }

    private static void print(PrintStream out, String indent, String label, List<String> values) {
        String before = label;
        for (String value : values) {
            if (!value.isEmpty()) {
                out.printf("%s%-15s %s%n", indent, before, VisibleText.of(value));
                before = "";
            }
        }
    }

    private static final String SENDER = "email.sender.address";
    private static final String QUEUE_ID = "postseal.queue_id";
    private static final String BUILT_IN = " (built-in)";
    private static final Map<String, String> HEAD = new LinkedHashMap<>();
    private static final Map<String, String> EACH = new LinkedHashMap<>();

    /** The labels for mail that was relayed as it came, since the policy is only observed. */
    private static final Map<String, String> WOULD_BE = Map.of(
            "postseal.protection", "would add", HandledText.DONE, "would be", "postseal.certificates", "would use");

    static {
        HEAD.put(RecordField.NODE, "gateway");
        HEAD.put("email.message_id", "Message-ID");
        HEAD.put("postseal.upstream_id", "upstream id");
        HEAD.put(SENDER, "from");
        HEAD.put("source.address", "peer");
        HEAD.put("tls.version", "TLS");
        HEAD.put("tls.cipher", "");
        HEAD.put("tls.client.subject", "");
        HEAD.put("postseal.size", "octets");
        HEAD.put("postseal.direction", "direction");
        HEAD.put("postseal.policy.sha256", "policy");
        HEAD.put("postseal.policy.epoch", "policy epoch");
        HEAD.put("postseal.mode", "mode");
        HEAD.put("postseal.signature", "signature");
        HEAD.put("postseal.signers", "signers");
        HEAD.put(RecordField.SIGNED_PARTS, "signed parts");
        EACH.put("postseal.chain.number", "record");
        EACH.put("rule.id", "rule");
        EACH.put("postseal.mailbox_policy", "mailbox policy");
        EACH.put("postseal.reason", "reason");
        EACH.put("postseal.detail", "because");
        EACH.put("postseal.protection", "added");
        EACH.put("postseal.came", "came");
        EACH.put(HandledText.DONE, "done");
        EACH.put("postseal.left", "left");
        EACH.put("postseal.header_protection", "header");
        EACH.put("x509.subject.distinguished_name", "signed by");
        EACH.put("postseal.certificates", "certificates");
        EACH.put("postseal.rejected", "rejected");
        EACH.put("postseal.readers", "readers");
        EACH.put("postseal.validation", "validation");
        EACH.put("postseal.journal", "journal");
        EACH.put("destination.address", "next hop");
        EACH.put("postseal.next_hop.tls.version", "over TLS");
        EACH.put("postseal.size_sent", "octets sent");
        EACH.put("postseal.next_hop_reply", "next hop said");
        EACH.put("postseal.next_hop_queue_id", "next hop's id");
        EACH.put("postseal.reply", "peer was told");
        EACH.put("postseal.steps", "explanation");
    }
}
