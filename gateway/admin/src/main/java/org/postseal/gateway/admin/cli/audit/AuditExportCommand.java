package org.postseal.gateway.admin.cli.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.OutputFolder;
import org.postseal.gateway.admin.cli.support.VisibleDirectory;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.app.timestamp.LinkException;
import org.postseal.gateway.app.timestamp.StampFolder;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.chain.Evidence;
import org.postseal.gateway.audit.chain.EvidenceReader;
import org.postseal.gateway.audit.chain.LoneCheckpoint;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.audit.search.AuditQuery;
import org.postseal.gateway.config.GatewayConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = {
            "Write a folder with the records of a message and what proves them, for somebody who has only OpenSSL.",
            "README.md in it says how to check them. Of other messages it holds only hashes.",
            "With --fleet the folder has such a folder for each gateway that has records of the message.",
            "Exit code: 65 if the log cannot prove the records, 75 if they are not signed yet."
        },
        footer = {
            "",
            "  postseal audit export 20261126.4711@ours.example --out evidence",
            "  postseal audit export --queue-id 4dKx1q2zPz --out evidence",
            "  postseal audit export --fleet logs 20261126.4711@ours.example --out evidence"
        })
final class AuditExportCommand implements Callable<Integer> {
    private final AuditCommands audit;

    @Parameters(
            index = "0",
            paramLabel = "MESSAGE-ID",
            arity = "0..1",
            description = "whole Message-ID, for every attempt of every message that has it")
    private @Nullable String messageId;

    @Option(
            names = "--queue-id",
            paramLabel = "ID",
            description = "a queue id instead: ours for one attempt, that of the MTA before us for all")
    private @Nullable String queueId;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description =
                    "the folder to make, mode 0700; it may exist if it is empty, and is not made if the command fails")
    private Path folder = Path.of("");

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "an earlier public key of the log, besides that of the configuration; may be repeated")
    private List<Path> keys = List.of();

    @Mixin
    private FleetOption fleet = new FleetOption();

    @Option(
            names = "--without-policy",
            description = "leave out the texts of the policies, which say more than what decided this message")
    private boolean isWithoutPolicy;

    AuditExportCommand(AuditCommands audit) {
        this.audit = audit;
    }

    @Override
    public Integer call() {
        if ((messageId == null) == (queueId == null)) {
            throw new WrongUse("either MESSAGE-ID or --queue-id ID is needed");
        }
        GatewayConfig config = audit.shell().configForReviewer();
        SortedMap<String, AuditConfig> logs =
                fleet.folder().map(audit::fleet).orElseGet(() -> new TreeMap<>(Map.of("", config.audit())));
        SortedMap<String, Map<Long, AuditLine>> records = records(
                fleet.folder().isPresent()
                        ? audit.search(logs, null, false)
                        : audit.search(List.of(), List.of(), null, false));
        if (records.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    "the audit log has nothing about " + VisibleText.of(about()),
                    "postseal audit query --part TEXT finds messages by a part of any value");
        }
        SortedMap<String, EvidenceBundle> bundles = new TreeMap<>();
        records.forEach((node, own) -> bundles.put(
                node,
                bundle(
                        config,
                        node.isEmpty() ? config.hostName() : node,
                        Objects.requireNonNull(logs.get(node)),
                        own)));
        OutputFolder target =
                new OutputFolder(folder, true, ExitCode.REFUSED, "--out DIR that is empty or does not exist");
        int count = records.values().stream().mapToInt(Map::size).sum();
        try (OutputFolder.Filled output = target.fill(bundles.entrySet().stream()
                .flatMap(bundle -> contents(bundle.getKey(), bundle.getValue()))
                .toList())) {
            audit.shell()
                    .handOver(
                            config,
                            "the export",
                            "audit-export",
                            "message:" + about(),
                            List.of("records " + count, "folder " + folder.toAbsolutePath()));
            // This comes last: an export may be recorded and then fail, but it cannot succeed unrecorded
            output.publish();
        }
        bundles.forEach((node, bundle) -> tell(folder.resolve(node), bundle));
        return ExitCode.OK;
    }

    private EvidenceBundle bundle(GatewayConfig config, String host, AuditConfig log, Map<Long, AuditLine> records) {
        List<String> ofPaths = Stream.concat(
                        records.values().stream().flatMap(line -> line.certificates().stream()),
                        UsedValidations.certificates(records.values()))
                .distinct()
                .sorted()
                .toList();
        List<Evidence.Proof> proofs = proofs(log, records);
        return new EvidenceBundle(
                about(),
                host,
                audit.shell().now(),
                proofs,
                stamps(log, proofs),
                UsedCertificates.of(VisibleDirectory.of(config, audit.shell().user()), log, ofPaths),
                UsedValidations.of(log, records.values()),
                isWithoutPolicy ? UsedPolicies.none() : UsedPolicies.of(log, records.values()));
    }

    private static Stream<OutputFolder.Content> contents(String node, EvidenceBundle bundle) {
        String before = node.isEmpty() ? "" : node + "/";
        return bundle.files().entrySet().stream()
                .map(file -> new OutputFolder.Content(before + file.getKey(), file.getValue(), false));
    }

    private void tell(Path written, EvidenceBundle bundle) {
        long records = bundle.proofs().stream()
                .flatMap(proof -> proof.steps().stream())
                .filter(Evidence.Shown.class::isInstance)
                .count();
        UsedCertificates certificates = bundle.certificates();
        UsedValidations validations = bundle.validations();
        UsedPolicies policies = bundle.policies();
        audit.shell()
                .out()
                .printf(
                        "wrote %d %s, %d of %d certificates,"
                                + " %d of %d lists and responses and %d of %d policies to %s%n",
                        records,
                        records == 1 ? "record" : "records",
                        certificates.found().size(),
                        certificates.found().size() + certificates.missing().size(),
                        validations.files().size(),
                        validations.files().size() + validations.missing().size(),
                        policies.found().size(),
                        policies.count(),
                        written);
        audit.shell().out().println(written.resolve("README.md") + " has the commands that check them");
        policies.changed()
                .forEach(sha256 -> audit.shell()
                        .hint("the kept text of policy " + sha256
                                + " is no longer the one that decided: somebody has changed it"));
        policies.unreadable()
                .forEach((sha256, why) -> audit.shell()
                        .hint("the kept text of policy " + sha256 + " cannot be read: " + VisibleText.of(why)));
        validations.unreadable().forEach(what -> audit.shell().hint("the folder lacks " + what));
        if (!certificates.missing().isEmpty()) {
            certificates.hidden().forEach(what -> audit.shell().hint("no certificate was looked for in " + what));
        }
    }

    private String about() {
        return messageId != null ? "Message-ID " + messageId : "queue id " + queueId;
    }

    /**
     * Returns the records of each gateway by their number. For each attempt these are all records that name its queue
     * id, such as notices to the sender. A gateway that is in no fleet has an empty name.
     */
    private SortedMap<String, Map<Long, AuditLine>> records(LogSearch log) {
        SortedMap<String, Map<Long, AuditLine>> records = new TreeMap<>();
        for (AuditLine line : log.all(AuditQuery.ofMessage(String.valueOf(messageId != null ? messageId : queueId)))) {
            if (isMeant(line)) {
                add(line, records);
                line.first("postseal.queue_id").stream()
                        .flatMap(id -> log.all(AuditQuery.ofMessage(id)).stream()
                                .filter(other ->
                                        other.first("postseal.queue_id").equals(Optional.of(id))))
                        .forEach(other -> add(other, records));
            }
        }
        return records;
    }

    private boolean isMeant(AuditLine line) {
        return messageId != null
                ? line.isOfMessage(messageId)
                : Stream.of("postseal.queue_id", "postseal.upstream_id")
                        .anyMatch(field -> line.first(field).equals(Optional.ofNullable(queueId)));
    }

    private void add(AuditLine line, SortedMap<String, Map<Long, AuditLine>> records) {
        String node = fleet.folder().flatMap(_ -> line.first(RecordField.NODE)).orElse("");
        // A line without a number was added by somebody and is no record; postseal audit verify names it
        line.number()
                .ifPresent(number -> records.computeIfAbsent(node, _ -> new LinkedHashMap<>())
                        .put(number, line));
    }

    private List<Evidence.Proof> proofs(AuditConfig log, Map<Long, AuditLine> records) {
        try {
            return switch (EvidenceReader.read(log, keys, new ArrayList<>(records.keySet()))) {
                case Evidence.Complete(List<Evidence.Proof> proofs) -> proofs;
                case Evidence.Unsigned(long number) ->
                    throw new CommandFailure(
                            ExitCode.TRY_AGAIN,
                            "record " + number + " is not signed yet",
                            "the gateway signs after audit.checkpoint.every, try again then");
                case Evidence.Broken(String why) ->
                    throw new CommandFailure(
                            ExitCode.REFUSED, VisibleText.of(why), "postseal audit verify says what does not fit");
            };
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    VisibleText.of(String.valueOf(e.getMessage())),
                    "audit in the configuration, and --key FILE");
        }
    }

    /** Returns the time stamps of the checkpoints, with the revocation lists for the authority that made them. */
    private static Map<String, byte[]> stamps(AuditConfig log, List<Evidence.Proof> proofs) {
        StampFolder folder = new StampFolder(log.stamps());
        Map<String, byte[]> stamps = new LinkedHashMap<>();
        try {
            for (Evidence.Proof proof : proofs) {
                LoneCheckpoint checkpoint = LoneCheckpoint.of(log.stampName(log.file()), proof.checkpoint());
                folder.answer(checkpoint)
                        .ifPresent(stamp -> stamps.put(EvidenceBundle.stampName(proof.checkpoint()), stamp));
                folder.lists(checkpoint)
                        .ifPresent(lists -> stamps.put(EvidenceBundle.listsName(proof.checkpoint()), lists));
            }
        } catch (LinkException e) {
            throw new CommandFailure(ExitCode.REFUSED, AuditCommands.message(e), LinkException.hint());
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    AuditCommands.message(e),
                    "the stamps stand in " + log.stamps() + ", for the gateway's user and its group");
        }
        return stamps;
    }
}
