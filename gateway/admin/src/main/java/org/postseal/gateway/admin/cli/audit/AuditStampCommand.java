package org.postseal.gateway.admin.cli.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.app.timestamp.KeptStamps;
import org.postseal.gateway.app.timestamp.LinkException;
import org.postseal.gateway.app.timestamp.StampFolder;
import org.postseal.gateway.app.timestamp.StampLists;
import org.postseal.gateway.app.timestamp.Stamping;
import org.postseal.gateway.app.timestamp.Stamping.Outcome;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.CheckpointSearch;
import org.postseal.gateway.audit.LoneCheckpoint;
import org.postseal.gateway.audit.Stamp;
import org.postseal.gateway.audit.TimestampConfig;
import org.postseal.gateway.audit.VisibleText;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.smime.timestamp.TimestampVerdict;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "stamp",
        description = {
            "Have the newest checkpoint of each log stamped with the time (RFC 3161), and keep the stamp beside the log.",
            "Asks the authority of audit.timestamp; what is stamped already is not stamped again.",
            "Exit code 69 when it does not answer or refuses, 65 when its answer is not to be believed, or the folder with stamps is a symbolic link."
        },
        footer = {
            "",
            "  postseal audit stamp",
            "  postseal audit stamp --record 4711                    # what covers a record",
            "  postseal audit stamp --query                          # without a way to it",
            "  postseal audit stamp --reply audit-000000004711.tsr   # what came back"
        })
final class AuditStampCommand implements Callable<Integer> {
    private final AuditCommands audit;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(
            names = "--record",
            paramLabel = "NUMBER",
            description = "the first checkpoint that covers this record, of the log of messages alone")
    private @Nullable Long covered;

    @Option(names = "--admin", description = "that record is one of the log of changes")
    private boolean isAdmin;

    @Option(
            names = "--query",
            description = "ask nobody: write NAME.tsq beside the log, for whoever takes it to the authority")
    private boolean isQuery;

    @Option(
            names = "--reply",
            paramLabel = "FILE",
            description = "the authority's answer to such a query, NAME.tsr; may be repeated")
    private List<Path> replies = List.of();

    @Option(
            names = "--crl",
            paramLabel = "FILE",
            description = "revocation lists about the authority's certificates, in PEM or DER; may be repeated")
    private List<Path> lists = List.of();

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "public key that signed before the one of the configuration; may be repeated")
    private List<Path> keys = List.of();

    AuditStampCommand(AuditCommands audit) {
        this.audit = audit;
    }

    @Override
    public Integer call() {
        boolean isOfRecord = covered != null || isAdmin;
        if ((!replies.isEmpty() && (isQuery || isOfRecord)) || (isAdmin && covered == null)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--reply stands alone, and --admin needs --record");
        }
        GatewayConfig whole = audit.reviewed();
        AuditConfig config = whole.audit();
        TimestampConfig authority = config.timestamp()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.CONFIG,
                        "nobody is set to stamp: audit.timestamp is not there",
                        "audit: { timestamp: { url: \"https://...\", trust: FILE } }"));
        if (replies.isEmpty() && !isQuery && authority.url().isEmpty()) {
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    "audit.timestamp.url is not there, so that nobody can be asked",
                    "--query writes what is to be asked, --reply takes what came back");
        }
        try {
            Stamping stamping = new Stamping(
                    authority,
                    new StampFolder(config.stamps()),
                    whole.directory().revocation(),
                    StampLists.read(lists),
                    audit::now);
            return replies.isEmpty() ? stampAll(config, stamping) : takeAll(stamping);
        } catch (LinkException e) {
            throw new CommandFailure(ExitCode.REFUSED, AuditCommands.message(e), LinkException.hint());
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT, AuditCommands.message(e), "runs as the gateway's user, or root");
        }
    }

    /** Stamps all logs; a failure with one does not keep the others back. */
    private int stampAll(AuditConfig config, Stamping stamping) throws IOException {
        List<Path> logs = covered == null
                ? List.of(config.file(), config.adminFile())
                : List.of(isAdmin ? config.adminFile() : config.file());
        List<Path> all = new ArrayList<>(keys);
        all.add(config.checkpoint().publicKey());
        List<Integer> codes = new ArrayList<>();
        for (Path log : logs) {
            CheckpointSearch search = new CheckpointSearch(log, config.stampName(log), all);
            codes.add(
                    switch (covered == null ? search.newest() : search.covering(covered)) {
                        case CheckpointSearch.Result.Found(LoneCheckpoint checkpoint) ->
                            told(
                                    log.getFileName() + " to record " + checkpoint.number(),
                                    isQuery ? stamping.write(checkpoint) : stamping.stamp(checkpoint));
                        case CheckpointSearch.Result.None _ ->
                            failed(
                                    ExitCode.TRY_AGAIN,
                                    log + " has no checkpoint"
                                            + (covered == null ? "" : " that covers this record yet"),
                                    "the gateway signs after audit.checkpoint.every, try again then");
                        case CheckpointSearch.Result.OtherKey(String why) ->
                            failed(ExitCode.REFUSED, why, "--key FILE names the public key of before");
                        case CheckpointSearch.Result.Broken(String why) ->
                            failed(ExitCode.REFUSED, why, "postseal audit verify says what does not fit");
                    });
        }
        return worst(codes);
    }

    private int told(String upTo, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stamped(Path file, TimestampVerdict.Stamped stamped, Optional<String> without) -> {
                Stamp.Good stamp = KeptStamps.good(stamped);
                audit.console()
                        .out()
                        .printf(
                                "stamped     %s at %s%n            %s%n            %s%s%n",
                                upTo,
                                VisibleText.of(stamp.toString()),
                                file,
                                VisibleText.of(stamp.revocation()),
                                VisibleText.of(without.map(why -> "; its lists are not all here: " + why)
                                        .orElse("")));
                yield ExitCode.OK;
            }
            case Outcome.There(Path file) -> {
                audit.console().out().printf("stamped     %s already%n            %s%n", upTo, file);
                yield ExitCode.OK;
            }
            case Outcome.Written(Path query) -> {
                audit.console().out().printf("query       %s%n            %s%n", upTo, query);
                yield ExitCode.OK;
            }
            case Outcome.Taken(Path file) ->
                failed(
                        ExitCode.REFUSED,
                        file
                                + " is of another checkpoint up to the same record: the log was rolled back since, or begun anew",
                        "postseal audit verify says more; a log that was begun anew needs another name, or its old stamps"
                                + " another folder");
            case Outcome.Unanswered(String why) ->
                failed(
                        ExitCode.UNAVAILABLE,
                        "no stamp of " + upTo + " from the authority: " + why,
                        "audit.timestamp in the configuration; what was not stamped now is covered by the next stamp");
            case Outcome.Unbelieved(String why) ->
                failed(
                        ExitCode.REFUSED,
                        "the authority's answer for " + upTo + " is not kept: " + why,
                        "openssl ts -reply -in FILE -text shows an answer; audit.timestamp.trust says who is believed");
        };
    }

    private int takeAll(Stamping stamping) throws IOException {
        List<Integer> failed = new ArrayList<>();
        for (Path reply : replies) {
            failed.add(told(String.valueOf(reply.getFileName()), stamping.take(reply)));
        }
        return worst(failed);
    }

    /**
     * Returns the lowest code that is not OK: a failure that a person must look at comes before one that another try
     * may settle.
     */
    private static int worst(List<Integer> codes) {
        return codes.stream()
                .filter(code -> code != ExitCode.OK)
                .min(Integer::compare)
                .orElse(ExitCode.OK);
    }

    private int failed(int code, String why, String hint) {
        audit.console().err().println("error: " + VisibleText.of(why));
        audit.console().err().println("hint: " + hint);
        return code;
    }
}
