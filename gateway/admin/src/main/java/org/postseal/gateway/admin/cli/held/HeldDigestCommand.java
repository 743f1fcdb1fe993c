package org.postseal.gateway.admin.cli.held;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.NoticeMail;
import org.postseal.gateway.admin.cli.support.NoticeWay;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.mail.held.HeldCopy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "digest",
        description = "Make one message about what is held and what expires next; made to be run by a timer.",
        footer = {
            "",
            "  postseal held digest --from postseal@example.com --to desk@example.com --send",
            "  postseal held digest --from postseal@example.com --to desk@example.com | sendmail -t"
        })
final class HeldDigestCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(names = "--from", required = true, paramLabel = "ADDRESS", description = "the sender of the message")
    private @Nullable MailAddress from;

    @Option(names = "--to", required = true, paramLabel = "ADDRESS", description = "who answers for held mail")
    private @Nullable MailAddress to;

    @Option(
            names = "--send",
            description = "send it to the next hop of internal mail if anything is held; otherwise it is printed")
    private boolean isSent;

    HeldDigestCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (from == null || to == null || !from.isAscii() || !to.isAscii()) {
            throw new WrongUse("--from and --to must be addresses in ASCII");
        }
        GatewayConfig config = shell.config();
        List<HeldItem> held;
        try (HeldMailbox mailbox = HeldMailbox.toRead(shell)) {
            held = mailbox.items().stream()
                    .filter(item -> item.state() == HeldItem.State.HELD)
                    .sorted(Comparator.comparing(
                            item -> item.copy().map(HeldCopy::expires).orElseThrow()))
                    .toList();
        }
        byte[] message = new NoticeMail(from, config.hostName(), shell.now())
                .message(to, Options.count(held, "message") + " held", text(held));
        if (!isSent) {
            shell.out().print(new String(message, StandardCharsets.UTF_8).replace("\r\n", "\n"));
            return ExitCode.OK;
        }
        if (held.isEmpty()) {
            shell.out().println("nothing is held, and nothing was sent");
            return ExitCode.OK;
        }
        try {
            NoticeWay.sending(config.nextHops()).take(to, "digest", message);
        } catch (NoticeWay.Refused e) {
            shell.failure("no digest to " + to + ": " + e.getMessage(), "the next run tries again");
            return ExitCode.TRY_AGAIN;
        }
        shell.out().println("digest of " + Options.count(held, "held message") + " sent");
        return ExitCode.OK;
    }

    private static String text(List<HeldItem> held) {
        if (held.isEmpty()) {
            return "Nothing is held.\r\n";
        }
        StringBuilder text = new StringBuilder("These messages wait for a decision; the first expires first.\r\n");
        held.stream()
                .limit(MOST_NAMED)
                .forEach(item -> item.copy()
                        .ifPresent(copy -> text.append("\r\n")
                                .append(line(copy.id(), "until " + copy.expires()))
                                .append(line("  why", copy.reason().auditText()))
                                .append(line(
                                        "  sender",
                                        copy.envelope().reversePath().wire()))
                                .append(line("  for", HeldView.recipients(copy)))
                                .append(line("  from", HeldView.or(item.from())))
                                .append(line("  subject", HeldView.or(item.subject())))));
        if (held.size() > MOST_NAMED) {
            text.append("\r\nand ").append(held.size() - MOST_NAMED).append(" more: postseal held list\r\n");
        }
        return text.append("\r\npostseal held show ID, release ID and drop ID decide about each.\r\n")
                .toString();
    }

    private static String line(String name, String value) {
        String line = name + ": " + value;
        // RFC 5322 §2.1.1
        return (line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "...") + "\r\n";
    }

    private static final int MOST_NAMED = 100;
    private static final int LONGEST_LINE = 400;
}
