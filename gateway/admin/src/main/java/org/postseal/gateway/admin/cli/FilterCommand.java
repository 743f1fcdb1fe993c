package org.postseal.gateway.admin.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.admin.cli.offline.OfflineResult;
import org.postseal.gateway.admin.cli.offline.OfflineRoad;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Problems;
import org.postseal.gateway.admin.cli.support.RoleConverter;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.app.assembly.Setup;
import org.postseal.gateway.app.assembly.SetupReader;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code postseal filter} takes one message from standard input along the same road as a message from a socket. Nothing
 * is sent, recorded or changed.
 */
@Command(
        name = "filter",
        description = "Show what the gateway would make of one message; nothing is sent or recorded.",
        footer = {
            "",
            "Exit code: 0 every recipient is served; 65 one or more are refused, 75 one or more are deferred;",
            "64 usage; 78 configuration. With --out, what can be delivered and decision.json are written in each case."
        })
public final class FilterCommand implements Callable<Integer> {
    private final Shell shell;
    private final Assembly assembly;
    private final SetupReader setups;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "ADDRESS",
            description = "reverse path; <> for the null path")
    private ReversePath from = new ReversePath.NullPath();

    @Option(names = "--to", required = true, paramLabel = "ADDRESS", description = "recipient; may be repeated")
    private List<MailAddress> to = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "write unit-01.eml ... and decision.json into this new folder")
    private @Nullable Path out;

    @Option(
            names = "--role",
            paramLabel = "submission|inbound",
            converter = RoleConverter.class,
            description =
                    "role of the listener that the message came in on; default: submission if the sender is internal")
    private Peer.@Nullable Role role;

    FilterCommand(Shell shell, Assembly assembly, SetupReader setups) {
        this.shell = shell;
        this.assembly = assembly;
        this.setups = setups;
    }

    @Override
    public Integer call() throws IOException {
        Optional<FilterOutput> folder = Optional.ofNullable(out).map(FilterOutput::new);
        folder.ifPresent(FilterOutput::check);
        try (Setup setup = Problems.require(setups.look(shell.configFile()), shell.console());
                Spool.Scope scope = new Spool.Factory().open()) {
            OfflineRoad road = new OfflineRoad(assembly, setup, Clock.systemUTC());
            OfflineResult result = road.run(from, to, role(setup), shell.in(), scope);
            if (folder.isPresent()) {
                folder.get().write(result);
            } else {
                printOnly(result);
            }
            for (OfflineResult.Answer answer : result.answers()) {
                if (!answer.reply().isPositive()) {
                    shell.problem("error: " + answer.recipient() + ": " + answer.reply());
                }
            }
            return exitCode(result);
        }
    }

    private void printOnly(OfflineResult result) throws IOException {
        if (result.units().size() > 1) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "the message leaves in " + result.units().size() + " different forms, standard output takes one",
                    "give --out DIR");
        }
        for (OfflineResult.Unit unit : result.units()) {
            unit.octets().writeTo(shell.out());
        }
        shell.out().flush();
        if (shell.out().checkError()) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, "standard output cannot be written");
        }
    }

    private Peer.Role role(Setup setup) {
        if (role != null) {
            return role;
        }
        boolean isInternal = from.mailbox().map(setup.rules()::isInternal).orElse(false);
        return isInternal ? Peer.Role.SUBMISSION : Peer.Role.INBOUND;
    }

    // A refusal outranks a deferral: the caller must know that another try will not help all recipients
    private static int exitCode(OfflineResult result) {
        if (result.answers().stream().anyMatch(answer -> answer.reply().isPermanent())) {
            return ExitCode.REFUSED;
        }
        return result.answers().stream().allMatch(answer -> answer.reply().isPositive())
                ? ExitCode.OK
                : ExitCode.TRY_AGAIN;
    }
}
