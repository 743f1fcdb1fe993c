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
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.app.timestamp.KeptStamps;
import org.postseal.gateway.app.timestamp.LinkException;
import org.postseal.gateway.app.timestamp.StampFolder;
import org.postseal.gateway.app.timestamp.StampLists;
import org.postseal.gateway.app.timestamp.Stamping;
import org.postseal.gateway.app.timestamp.Stamping.Outcome;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.TimestampConfig;
import org.postseal.gateway.audit.chain.CheckpointSearch;
import org.postseal.gateway.audit.chain.LoneCheckpoint;
import org.postseal.gateway.audit.chain.Stamp;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.smime.timestamp.TimestampVerdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "stamp",
        description = {
            "Get a time stamp (RFC 3161) of the newest checkpoint of each log, and keep it beside the log.",
            "The command asks the authority that audit.timestamp names;"
                    + " a checkpoint that is stamped already is not stamped again.",
            "Exit code: 69 if the authority does not answer or refuses;"
                    + " 65 if its answer cannot be believed, or the folder with stamps is a symbolic link."
        },
        footer = {
            "",
            "  postseal audit stamp",
            "  postseal audit stamp --record 4711                    # the checkpoint that covers a record",
            "  postseal audit stamp --query                          # if the authority cannot be reached from here",
            "  postseal audit stamp --reply audit-000000004711.tsr   # its answer"
        })
final class AuditStampCommand implements Callable<Integer> {
    private final AuditCommands audit;

    @Option(
            names = "--record",
            paramLabel = "NUMBER",
            description = "stamp the first checkpoint that covers this record, in the log of messages only")
    private @Nullable Long covered;

    @Option(names = "--admin", description = "the record is in the log of changes")
    private boolean isAdmin;

    @Option(
            names = "--query",
            description =
                    "do not ask, but write the query NAME.tsq beside the log, for somebody to take to the authority")
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
            description = "an earlier public key of the log, besides that of the configuration; may be repeated")
    private List<Path> keys = List.of();

    AuditStampCommand(AuditCommands audit) {
        this.audit = audit;
    }

    @Override
    public Integer call() {
        boolean isOfRecord = covered != null || isAdmin;
        if ((!replies.isEmpty() && (isQuery || isOfRecord)) || (isAdmin && covered == null)) {
            throw new WrongUse("--reply takes no --query, --record or --admin, and --admin needs --record");
        }
        GatewayConfig whole = audit.shell().configForReviewer();
        AuditConfig config = whole.audit();
        TimestampConfig authority = config.timestamp()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.CONFIG,
                        "no authority for time stamps is configured: audit.timestamp is missing",
                        "audit: { timestamp: { url: \"https://...\", trust: FILE } }"));
        if (replies.isEmpty() && !isQuery && authority.url().isEmpty()) {
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    "audit.timestamp.url is missing, so no authority can be asked",
                    "--query writes the query, --reply takes the answer");
        }
        try {
            Stamping stamping = new Stamping(
                    authority,
                    new StampFolder(config.stamps()),
                    whole.directory().revocation(),
                    StampLists.read(lists),
                    audit.shell()::now);
            return replies.isEmpty() ? stampAll(config, stamping) : takeAll(stamping);
        } catch (LinkException e) {
            throw new CommandFailure(ExitCode.REFUSED, AuditCommands.message(e), LinkException.hint());
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT, AuditCommands.message(e), "run it as the gateway's user or as root");
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
                            failed(ExitCode.REFUSED, why, "--key FILE names an earlier public key");
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
                audit.shell()
                        .out()
                        .printf(
                                "stamped     %s at %s%n            %s%n            %s%s%n",
                                upTo,
                                VisibleText.of(stamp.toString()),
                                file,
                                VisibleText.of(stamp.revocation()),
                                VisibleText.of(without.map(why -> "; not all of its revocation lists are here: " + why)
                                        .orElse("")));
                yield ExitCode.OK;
            }
            case Outcome.There(Path file) -> {
                audit.shell().out().printf("stamped     %s already%n            %s%n", upTo, file);
                yield ExitCode.OK;
            }
            case Outcome.Written(Path query) -> {
                audit.shell().out().printf("query       %s%n            %s%n", upTo, query);
                yield ExitCode.OK;
            }
            case Outcome.Taken(Path file) ->
                failed(
                        ExitCode.REFUSED,
                        file
                                + " stamps another checkpoint up to the same record:"
                                + " the log was rolled back since, or begun anew",
                        "postseal audit verify says more;"
                                + " a log that was begun anew needs another name, or its old stamps another folder");
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
        audit.shell().failure(VisibleText.of(why), hint);
        return code;
    }
}
