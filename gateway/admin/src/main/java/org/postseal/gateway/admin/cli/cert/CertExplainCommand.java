package org.postseal.gateway.admin.cli.cert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.directory.CertificateExplanation;
import org.postseal.certstore.directory.CertificateExplanation.Asked;
import org.postseal.certstore.directory.CertificateExplanation.Beaten;
import org.postseal.certstore.directory.CertificateExplanation.Line;
import org.postseal.certstore.directory.CertificateExplanation.Outcome;
import org.postseal.certstore.directory.CertificateExplanation.Reply;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.TextTable;
import org.postseal.gateway.admin.cli.support.Validity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code postseal cert explain} says which certificate is taken for an address, and what is said about every other one.
 */
@Command(
        name = "explain",
        description = "Explain which certificate is chosen for an address, and why each other one is not.",
        footer = {
            "",
            "It asks every source that is configured, even those that mail would not reach."
                    + " The code numbers are those of ActiveSync's ValidateCert.",
            "Exit code: 0 one is chosen; 65 none may be used; 75 a source that must be asked cannot answer now."
        })
public final class CertExplainCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "ADDRESS", description = "a mail address")
    private String address = "";

    @Option(names = "--for", paramLabel = "sign|encrypt", description = "the use to choose for; default: encrypt")
    private CertificatePurpose purpose = CertificatePurpose.ENCRYPT;

    @Mixin
    private Options.Json json = new Options.Json();

    CertExplainCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        MailAddress wanted = MailAddress.parse(address)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.USAGE,
                        "not a mail address: " + Printable.line(address),
                        "write it as alice@example.com"));
        CertificateExplanation explanation =
                store.inDirectory(directory -> directory.explain(wanted, purpose, store.now()));
        if (json.isWanted()) {
            store.out().println(JsonText.of(members(explanation)));
        } else {
            tell(explanation);
        }
        return switch (explanation.outcome()) {
            case Outcome.Chosen _ -> ExitCode.OK;
            case Outcome.NoneUsable _ -> ExitCode.REFUSED;
            case Outcome.Unavailable _ -> ExitCode.TRY_AGAIN;
        };
    }

    private void tell(CertificateExplanation explanation) {
        TextTable table = new TextTable(
                store.out(), store.terminalWidth(), "SOURCE", "CERTIFICATE", "UNTIL", "SUBJECT", "WHAT IS SAID");
        for (Asked asked : explanation.sources()) {
            String source = asked.name() + (asked.isReached() ? "" : " (not reached)");
            switch (asked.reply()) {
                case Reply.Answered(boolean isStale, List<Line> candidates) -> {
                    String name = source + (isStale ? " (an old answer; it fails now)" : "");
                    if (candidates.isEmpty()) {
                        table.row(name, "-", "", "", "nothing for this address");
                    }
                    for (Line line : candidates) {
                        table.row(
                                name + (line.origin().isEmpty() ? "" : " " + line.origin()),
                                CertificateName.brief(line.id()),
                                Validity.day(line.notAfter()),
                                line.subject(),
                                said(line));
                    }
                }
                case Reply.Failed(String why) -> table.row(source, "-", "", "", "failed: " + why);
                case Reply.NotCovered() -> table.row(source, "-", "", "", "is not asked for this domain");
            }
        }
        table.flush();
        store.out().println(Printable.line(outcome(explanation.outcome())));
    }

    private static String said(Line line) {
        List<String> said = new ArrayList<>();
        said.add(
                line.status() instanceof CertificateStatus.Usable
                        ? "usable"
                        : line.status().text() + " (code "
                                + line.status().code().number() + ")");
        if (line.isFlagged()) {
            said.add("marked by its owner");
        }
        line.key()
                .ifPresent(kind ->
                        said.add("key in " + (kind == CertificateExplanation.KeyKind.SOFT ? "software" : "hardware")));
        return String.join(", ", said);
    }

    private static String outcome(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Chosen(String source, Line line, Optional<Beaten> over) ->
                "chosen: " + CertificateName.brief(line.id()) + " from " + source
                        + over.map(beaten -> ", over "
                                        + CertificateName.brief(beaten.line().id()) + " from " + beaten.source()
                                        + " by " + beaten.by().text())
                                .orElse(", the only usable one");
            case Outcome.NoneUsable(CertificateStatus status) ->
                "none: " + status.text() + " (code " + status.code().number() + ")";
            case Outcome.Unavailable(String source, String why) ->
                "mail waits: " + source + " must be asked and cannot answer: " + why;
        };
    }

    private static Map<String, Object> members(CertificateExplanation explanation) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("address", explanation.address());
        members.put("purpose", Options.word(explanation.purpose()));
        members.put("time", explanation.time());
        members.put("outcome", members(explanation.outcome()));
        members.put(
                "sources",
                explanation.sources().stream().map(CertExplainCommand::members).toList());
        return members;
    }

    private static Map<String, Object> members(Outcome outcome) {
        Map<String, Object> members = new LinkedHashMap<>();
        switch (outcome) {
            case Outcome.Chosen(String source, Line line, Optional<Beaten> over) -> {
                members.put("result", "chosen");
                members.put("source", source);
                members.put("certificate", line.id().hex());
                over.ifPresent(beaten -> {
                    members.put("over", beaten.line().id().hex());
                    members.put("by", beaten.by().text());
                });
            }
            case Outcome.NoneUsable(CertificateStatus status) -> {
                members.put("result", "none");
                members.put("code", status.code().number());
                members.put("reason", status.text());
            }
            case Outcome.Unavailable(String source, String why) -> {
                members.put("result", "unavailable");
                members.put("source", source);
                members.put("reason", why);
            }
        }
        return members;
    }

    private static Map<String, Object> members(Asked asked) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("source", asked.name());
        members.put("reached", asked.isReached());
        switch (asked.reply()) {
            case Reply.Answered(boolean isStale, List<Line> candidates) -> {
                members.put("reply", isStale ? "stale" : "answered");
                members.put(
                        "candidates",
                        candidates.stream().map(CertExplainCommand::members).toList());
            }
            case Reply.Failed(String why) -> {
                members.put("reply", "failed");
                members.put("reason", why);
            }
            case Reply.NotCovered() -> members.put("reply", "notCovered");
        }
        return members;
    }

    public static Map<String, Object> members(Line line) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("certificate", line.id().hex());
        members.put("origin", line.origin());
        members.put("subject", line.subject());
        members.put("addresses", CertificateView.texts(line.addresses()));
        members.put("notBefore", line.notBefore());
        members.put("notAfter", line.notAfter());
        members.put("reached", line.isReached());
        members.put("flagged", line.isFlagged());
        members.put("exactAddress", line.isExact());
        line.key().ifPresent(kind -> members.put("key", Options.word(kind)));
        members.put("code", line.status().code().number());
        members.put("reason", line.status().text());
        return members;
    }
}
