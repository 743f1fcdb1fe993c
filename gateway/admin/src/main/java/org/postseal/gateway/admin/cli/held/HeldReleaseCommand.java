package org.postseal.gateway.admin.cli.held;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.HeldConfig;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Release;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.held.HeldCopy;
import org.postseal.gateway.mail.held.HeldOpening;
import org.postseal.gateway.mail.held.ReleaseSeal;
import org.postseal.gateway.road.pipeline.Releases;
import org.postseal.gateway.smtp.Reply;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "release",
        description = "Hand held mail on to those for whom it came, by the running gateway and the policy in force.",
        footer = {"", "  postseal held release 3f2a9c04 --reason 'the sender has called'"})
final class HeldReleaseCommand implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "ID", description = "the id of the held message, or at least its first 8 digits")
    private String id = "";

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "why it is released, for the audit log")
    private String reason = "";

    @Option(
            names = "--by",
            paramLabel = "NAME",
            description = "who releases it, for the audit log, beside the user of the command")
    private @Nullable String by;

    @Mixin
    private Options.Json json = new Options.Json();

    HeldReleaseCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        require("--reason must say why", reason);
        require("--by must say who", by == null ? shell.user() : by);
        InetSocketAddress listener = listener(shell.config());
        try (HeldMailbox mailbox = HeldMailbox.open(shell)) {
            List<HeldItem> items = mailbox.copies(id);
            List<Reply> replies = release(mailbox, items, listener);
            if (replies.stream().allMatch(Reply::isPositive)) {
                mark(mailbox, items);
                return ExitCode.OK;
            }
            return replies.stream().anyMatch(Reply::isTemporary) ? ExitCode.TRY_AGAIN : ExitCode.REFUSED;
        }
    }

    /** Releases the first of these copies that is intact: another one with its id may have been altered. */
    private List<Reply> release(HeldMailbox mailbox, List<HeldItem> items, InetSocketAddress listener) {
        HeldOpening.Why refused = HeldOpening.Why.NOT_HELD;
        for (HeldItem item : items) {
            try (Spool.Scope scope = new Spool.Factory().open()) {
                switch (mailbox.open(item, scope)) {
                    case HeldOpening.Opened opened -> {
                        List<Reply> replies = handOver(listener, opened);
                        tell(opened.copy(), replies);
                        return replies;
                    }
                    case HeldOpening.Refused(HeldOpening.Why why, var _) -> refused = why;
                }
            }
        }
        throw new CommandFailure(
                ExitCode.REFUSED, "the message " + refused.words(), "it stays in the mailbox; postseal held show");
    }

    private static void require(String what, String text) {
        if (text.isBlank() || text.length() > LONGEST) {
            throw new WrongUse(what + ", in at most " + LONGEST + " characters");
        }
    }

    private String who() {
        return by == null ? shell.user() : by + " (" + shell.user() + ")";
    }

    private InetSocketAddress listener(GatewayConfig config) {
        return config.listeners().stream()
                .filter(listener -> listener.role() == Peer.Role.RELEASE)
                .map(GatewayConfig.Listener::address)
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.CONFIG,
                        "no listener takes released mail",
                        "add one with role: release to " + shell.configFile() + ", see docs/howto-held.md"));
    }

    private List<Reply> handOver(InetSocketAddress listener, HeldOpening.Opened opened) {
        Release release = new Release(opened.copy().id(), who(), reason);
        HeldConfig held = shell.config().held().orElseThrow();
        try {
            byte[] wish = new ReleaseSeal(held.key()).field(release, shell.now());
            return Handover.send(
                    listener, opened.copy().envelope(), RawMessage.join(List.of(RawMessage.of(wish), opened.sealed())));
        } catch (ConnectException nobody) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE,
                    "the gateway does not listen at " + listener.getHostString() + ", port " + listener.getPort() + ": "
                            + nobody.getMessage(),
                    "start it with this configuration: nothing was released");
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.TRY_AGAIN,
                    "the gateway has not said what became of it: " + e.getMessage(),
                    "run the same command again; whoever has it does not get it twice");
        }
    }

    private void tell(HeldCopy copy, List<Reply> replies) {
        List<Map<String, Object>> outcomes = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++) {
            Reply reply = replies.get(i);
            Map<String, Object> outcome = new LinkedHashMap<>();
            outcome.put(
                    "recipient", copy.envelope().recipients().get(i).address().toString());
            outcome.put("outcome", outcome(reply));
            outcome.put("reply", reply.toString());
            outcomes.add(outcome);
        }
        if (json.isWanted()) {
            shell.out().println(JsonText.of(outcomes));
            return;
        }
        for (int i = 0; i < replies.size(); i++) {
            Map<String, Object> outcome = outcomes.get(i);
            String line = outcome.get("recipient") + ": " + outcome.get("outcome") + ": " + outcome.get("reply");
            if (replies.get(i).isPositive()) {
                shell.out().println(Printable.line(line));
            } else {
                shell.failure(
                        line,
                        replies.get(i).isTemporary()
                                ? "run the same command again later; whoever has it does not get it twice"
                                : "the message stays in the mailbox; postseal audit query --address "
                                        + outcome.get("recipient") + " has more");
            }
        }
    }

    private static String outcome(Reply reply) {
        if (reply.isPositive()) {
            return reply.equals(Releases.RELEASED_BEFORE) ? "released already" : "released";
        }
        return reply.isTemporary() ? "not now" : "refused";
    }

    /** The message is delivered, so this command has done its work even if the mailbox is gone by now. */
    private void mark(HeldMailbox mailbox, List<HeldItem> items) {
        try {
            items.forEach(mailbox::markReleased);
        } catch (CommandFailure gone) {
            shell.warn("it is released, but not marked in the mailbox: " + gone.getMessage());
        }
    }

    private static final int LONGEST = 500;
}
